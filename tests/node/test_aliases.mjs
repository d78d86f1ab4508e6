// Tables of aliases: chosen by name or read, wherever leads are given.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Aliases, Store, inferSpec, loadModel, trainingRows } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, scratch } from './node_support.mjs';

const model = loadModel(gbdt);
const TABLE = {
  format: 1, wrapper: 'record', fields: { job_title: ['Role', 'Job'], email: ['Mail'] }, other: { budget: ['Money'] },
};
const ours = Aliases.parse(TABLE);
const lead = { id: 'a1', email: 'ada@engines.example', job_title: 'VP Engineering' };
const named = { id: 'a1', record: { Mail: 'ada@engines.example', Role: 'VP Engineering' } };

test('a name means what the table says', () => {
  const names = ['Role', 'Job', 'record.Mail', 'record.other', 'Money', 'job_title', 'jobtitle'];
  const meanings = ['job_title', 'job_title', 'email', 'other', 'budget', 'job_title', 'jobtitle'];
  const json = JSON.stringify(TABLE);
  for (const aliases of [ours, Aliases.parse(json), Aliases.parse(Buffer.from(json))]) {
    assert.deepEqual(names.map((name) => aliases.meaning(name)), meanings);
  }
  assert.equal(Aliases.named('hubspot').meaning('jobtitle'), 'job_title');
  assert.equal(Aliases.named('all').meaning('Title'), 'job_title');
  assert.equal(Aliases.named('none').meaning('jobtitle'), 'jobtitle');
});

test('every call about a lead reads it by the table, and the next one by its own', async () => {
  const how = { asOf, aliases: ours };
  const expected = model.score(lead, activities, { asOf });
  const unread = model.score(named, activities, { asOf });
  assert.notDeepEqual(unread, expected);
  const pairs = Array(70).fill([named, activities]);
  assert.deepEqual(await model.scoreMany(pairs, how), pairs.map(() => expected));
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(model.score(named, activities, how), expected);
    assert.deepEqual(model.score(named, activities, { asOf }), unread);
    const why = model.explain(named, activities, how);
    assert.deepEqual(why.result, expected);
    assert.deepEqual(model.explain(named, activities, { asOf }).result, unread);
    assert.deepEqual(model.extract(named, activities, how), model.extract(lead, activities, { asOf }));
    model.replay(named, activities, { receipt: why, aliases: ours });
    fails(() => model.replay(named, activities, { receipt: why }), 'LSC_MISMATCH', /./);
  }
  assert.deepEqual((await model.scoreMany([named], { asOf }))[0], model.score(named, { asOf }));
});

test('one of the tables that are there is chosen by its name', () => {
  const titled = (name) => ({ id: 'a1', email: lead.email, [name]: lead.job_title });
  const expected = model.score(lead, { asOf });
  assert.deepEqual(model.score(titled('jobtitle'), { asOf, aliases: 'hubspot' }), expected);
  assert.deepEqual(model.score(titled('Title'), { asOf, aliases: 'salesforce' }), expected);
  assert.deepEqual(model.score(titled('Title'), { asOf, aliases: 'all' }), expected);
  assert.deepEqual(model.score(titled('Title'), { asOf, aliases: null }), expected);
  const without = model.score({ id: 'a1', email: lead.email }, { asOf });
  assert.notDeepEqual(without, expected);
  assert.deepEqual(model.score(titled('Title'), { asOf, aliases: 'hubspot' }), without);
  assert.deepEqual(model.score(titled('jobtitle'), { asOf, aliases: 'none' }), without);
});

test('a store keeps properties by what they mean', async () => {
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', named, { aliases: ours });
  assert.deepEqual(store.getLead('acme', 'a1'), lead);
  const leads = join(scratch, 'named.ndjson');
  writeFileSync(leads, `${JSON.stringify({ ...named, id: 'a2', record: { Mail: 'jo@acme.example', Role: 'CTO' } })}\n`);
  assert.equal((await store.ingest('acme', { leads, aliases: ours })).leads, 1);
  assert.deepEqual(store.getLead('acme', 'a2'), { id: 'a2', email: 'jo@acme.example', job_title: 'CTO' });
  store.putLead('acme', { id: 'a3', jobtitle: 'CTO' }, { aliases: 'none' });
  assert.equal(store.getLead('acme', 'a3').jobtitle, 'CTO');
  fails(() => store.putLead('acme', { Role: 'CTO' }, { aliases: ours }), 'LSC_BAD_LEAD', /^id is missing/);
  fails(() => store.putLead('acme', '{"id": "a4",}', { aliases: ours }), 'LSC_BAD_JSON', /./);
  fails(() => store.putLead('acme', lead, { alias: ours }), 'LSC_INVALID_ARG', /no alias:/);
});

test('what a store holds is not named again by the table of the call before', () => {
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', { id: 'a1', email: lead.email, Role: lead.job_title });
  const held = store.loadModel('acme', store.addModel('acme', gbdt));
  assert.equal(held.score(named, { asOf, aliases: ours }).status, 'scored');
  assert.deepEqual(store.scoreLead('acme', 'a1', held, { asOf }).result,
    held.score({ id: 'a1', email: lead.email }, { asOf }));
});

test('what is learned from is named by the table', async () => {
  const table = join(scratch, 'named.csv');
  writeFileSync(table, ['Money,won', ...Array.from({ length: 200 }, (_, i) => `${(i * 37) % 101},${i % 2}`)].join('\n'));
  const properties = async (data) => (await inferSpec(data)).spec.features.map((each) => each.property);
  assert.deepEqual(await properties({ table, label: 'won', aliases: ours }), ['budget']);
  assert.deepEqual(await properties({ table, label: 'won' }), ['Money']);

  const leads = join(scratch, 'named_leads.ndjson');
  writeFileSync(leads, Array.from({ length: 4 }, (_, i) => JSON.stringify({
    id: `a${i}`, created_at: '2026-01-01', record: { Money: i },
    activities: [{ id: 'e1', type: 'Page Viewed', time: '2026-01-01' }],
    outcome: { label: i % 2, time: `2026-0${i + 2}-01` },
  })).join('\n'));
  const spec = { format: 1, name: 'budgets', groups: ['demographic'], features: [
    { name: 'budget', group: 'demographic', kind: 'number', property: 'budget' }] };
  const rows = async (aliases) =>
    (await trainingRows({ leads, aliases }, { spec, horizonDays: 7, asOf: 'created', asOfDays: 1 })).rows;
  assert.deepEqual([...await rows(ours)].sort(), [0, 1, 2, 3]);
  assert.ok((await rows('none')).every((each) => Number.isNaN(each)));
});

test('tables that are none are refused', async () => {
  for (const [table, code, words] of [
    ['{"format": 1,}', 'LSC_BAD_JSON', /./], [{}, 'LSC_BAD_SPEC', /format/], [{ format: 2 }, 'LSC_UNSUPPORTED', /2/],
    [{ format: 1, fields: { title: ['Role'] } }, 'LSC_BAD_SPEC', /title/],
    [{ format: 1, fields: { job_title: ['Role'], email: ['Role'] } }, 'LSC_BAD_SPEC', /Role/],
    [' '.repeat((1 << 20) + 1), 'LSC_LIMIT', /./],
    [undefined, 'LSC_INVALID_ARG', /table is undefined/], [new Map(), 'LSC_INVALID_ARG', /table is a Map/],
    [7, 'LSC_INVALID_ARG', /table is a Number/]]) {
    fails(() => Aliases.parse(table), code, words);
  }
  fails(() => Aliases.named('pipedrive'), 'LSC_NOT_FOUND', /pipedrive.*hubspot/);
  fails(() => model.score(lead, { asOf, aliases: 'pipedrive' }), 'LSC_NOT_FOUND', /pipedrive/);
  fails(() => new Aliases(), 'LSC_INVALID_ARG', /Aliases\.parse/);
  for (const wrong of [7, true, {}, [], TABLE, model, Symbol('x'), () => ours, Object.create(Aliases.prototype)]) {
    fails(() => model.score(lead, { asOf, aliases: wrong }), 'LSC_INVALID_ARG', /^aliases is/);
    await failsLater(model.scoreMany([lead], { asOf, aliases: wrong }), 'LSC_INVALID_ARG', /^aliases is/);
  }
  for (const wrong of [undefined, 1, 'a\0b']) {
    fails(() => ours.meaning(wrong), 'LSC_INVALID_ARG', /name/);
    fails(() => Aliases.named(wrong), 'LSC_INVALID_ARG', /name/);
  }
  await failsLater(inferSpec({ events: 'e.csv', map: {}, aliases: ours }), 'LSC_INVALID_ARG', /no aliases/);
});
