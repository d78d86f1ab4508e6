import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Store, buildScorecard, loadModel } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, readBytes, scratch, starter } from './node_support.mjs';

function filled() {
  const store = Store.open(null);
  store.addOrganization('acme', 'Acme Corp');
  store.putLead('acme', { ...lead, created_at: '2026-01-15T09:30:00Z', status: 'open', source: 'web' });
  store.addActivities('acme', 'a1', activities);
  return store;
}

test('a lead comes back as it was put', () => {
  const store = filled();
  assert.deepEqual(store.getLead('acme', 'a1'), {
    id: 'a1', created_at: '2026-01-15T09:30:00Z', email: 'ada@engines.example', job_title: 'VP Engineering',
    source: 'web', status: 'open',
  });
  const [row] = store.listLeads('acme', { email: 'ADA@engines.example', status: 'open', source: 'web', limit: 5 });
  assert.deepEqual([row.id, row.email, row.createdAt], ['a1', lead.email, new Date('2026-01-15T09:30:00Z')]);
  assert.deepEqual(store.listLeads('acme', { after: 'a1' }), []);
  assert.deepEqual(store.listOrganizations().map(({ id, name }) => [id, name]), [['acme', 'Acme Corp']]);
  assert.equal(store.addActivities('acme', null, activities.map((one) => ({ ...one, lead_id: 'a1' }))), 0);
  store.addOutcome('acme', 'a1', { time: new Date('2026-04-02'), converted: true });
  const { bytes, ...counts } = store.count('acme');
  assert.deepEqual(counts, { organizations: 1, leads: 1, activities: 2, outcomes: 1, models: 0, scores: 0 });
  assert.ok(bytes > 0);
  store.clearOutcomes('acme', 'a1');
  store.deleteLead('acme', 'a1');
  assert.equal(store.count().leads, 0);
  store.check();
});

test('activities are listed a page at a time, by time or backwards', () => {
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', lead);
  assert.deepEqual(store.listActivities('acme', 'a1'), []);
  store.addActivities('acme', 'a1', [
    { id: '2', type: 't', time: '2025-05-02T00:00:00.125Z', source: 'crm', bot: true, data: { page: { n: 2 } } },
    { id: '1', type: 't', time: '1969-05-01', recorded_time: '2025-05-03' },
    { id: '3', type: 'u', time: '2025-05-04' }]);
  const all = store.listActivities('acme', 'a1');
  assert.deepEqual(all.map(({ id }) => id), ['1', '2', '3']);
  assert.deepEqual(all[1], {
    id: '2', source: 'crm', type: 't', time: new Date('2025-05-02T00:00:00.125Z'),
    recordedTime: new Date('2025-05-02T00:00:00.125Z'), bot: true, data: { 'page.n': 2 },
  });
  assert.deepEqual([all[0].time, all[0].recordedTime], [new Date('1969-05-01'), new Date('2025-05-03')]);
  assert.deepEqual(store.listActivities('acme', 'a1', { latestFirst: true }), [...all].reverse());
  assert.deepEqual(store.listActivities('acme', 'a1', { after: all[0], limit: 1 }), [all[1]]);
  assert.deepEqual(store.listActivities('acme', 'a1', { after: all[1], latestFirst: true }), [all[0]]);
  assert.deepEqual(store.listActivities('acme', 'a1', { type: 'u' }), [all[2]]);
  assert.deepEqual(store.listActivities('acme', 'a1', { from: all[1].time, until: all[2].time }), [all[1]]);
  fails(() => store.listActivities('acme', 'a2'), 'LSC_NOT_FOUND', /a2/);
  fails(() => store.listActivities('acme', 'a1', { after: { id: '1' } }), 'LSC_INVALID_ARG', /after_ms/);
  fails(() => store.listActivities('acme', 'a1', { after: '1' }), 'LSC_INVALID_ARG', /after is a String/);
  fails(() => store.listActivities('acme', 'a1', { latestFirst: 1 }), 'LSC_INVALID_ARG', /latestFirst/);
});

test('a score is kept with its breakdown and receipt', () => {
  const store = filled();
  const sha256 = store.addModel('acme', gbdt);
  assert.equal(store.addModel('acme', readBytes(starter)), loadModel(starter).info.sha256);
  store.activateModel('acme', sha256, { force: true });
  assert.deepEqual(store.listModels('acme').map((one) => one.active), [true, false]);
  const model = store.loadModel('acme');
  const why = store.scoreLead('acme', 'a1', model, { asOf });
  assert.deepEqual(why.result, model.score({ ...store.getLead('acme', 'a1') }, activities, { asOf }));
  store.scoreLead('acme', 'a1', model, { asOf: '2026-03-31' });
  const [kept] = store.listScores('acme');
  assert.deepEqual(kept.result, why.result);
  assert.deepEqual(kept.breakdown, why.breakdown);
  assert.deepEqual(kept.receipt, why.receipt);
  assert.equal(store.listScores('acme', { afterId: 'a1', afterScore: kept.result.score }).length, 0);
  assert.equal(store.listScores('acme', { minScore: 100 }).length, 0);
  assert.deepEqual(store.listHistory('acme', 'a1').map((one) => one.receipt.asOf),
    [new Date(asOf), new Date('2026-03-31')]);
  assert.equal(store.listHistory('acme', 'a1', { before: asOf, limit: 1 }).length, 1);
});

test('scores of 0 alone, and unscored leads, are listed', async () => {
  const spec = { format: 1, name: 's', groups: ['g'], features: [
    { name: 'x', group: 'g', kind: 'number', property: 'x' }],
    insufficient_data: { missing: ['email'] } };
  const store = Store.open(null);
  store.addOrganization('acme');
  for (let x = 0; x < 4; x++) {
    store.putLead('acme', { id: `L${x}`, email: `${x}@b.example`, x });
  }
  store.putLead('acme', { id: 'unknown' });
  store.putLead('acme', { id: '0', email: 'zero@b.example', x: 0 });
  const card = { format: 1, rules: [{ feature: 'x', points: 1, per: 'unit' }] };
  store.activateModel('acme', store.addModel('acme', buildScorecard('c', spec, card)));
  await store.scoreAll('acme', store.loadModel('acme'), { asOf });
  const ids = (query) => store.listScores('acme', query).map(({ leadId }) => leadId);
  assert.deepEqual(ids({ maxScore: 0 }), ['0', 'L0']);
  assert.deepEqual(ids({ maxScore: 0, limit: 1 }), ['0']);
  assert.deepEqual(ids({ maxScore: 0, afterId: '0', afterScore: 0 }), ['L0']);
  assert.deepEqual(ids({ maxScore: 1 }), ['L1', '0', 'L0']);
  assert.deepEqual(ids({}), ['L3', 'L2', 'L1', '0', 'L0']);
  const [unscored] = store.listScores('acme', { minScore: -1, afterId: 'L0', afterScore: 0 });
  assert.deepEqual([unscored.leadId, unscored.result.score, unscored.baseline], ['unknown', null, null]);
  assert.equal(store.listScores('acme')[0].baseline, 0);
});

test('a transaction is whole or nothing', () => {
  const store = filled();
  const thrown = new Error('mine');
  assert.throws(() => store.transaction(() => {
    store.putLead('acme', { id: 'a2', email: 'b@b.example' });
    throw thrown;
  }), thrown);
  const other = filled();
  assert.throws(() => other.transaction(() => {
    other.close();
    throw thrown; // and not that there is nothing to undo any more
  }), thrown);
  fails(() => store.transaction(async () => store.putLead('acme', { id: 'a2' })), 'LSC_INVALID_ARG', /promise/);
  assert.equal(store.count('acme').leads, 1);
  assert.equal(store.transaction((it) => {
    it.putLead('acme', { id: 'a2' });
    return 7;
  }), 7);
  assert.equal(store.count('acme').leads, 2);
  fails(() => store.commit(), 'LSC_INVALID_ARG', /./);
  store.begin();
  fails(() => store.begin(), 'LSC_INVALID_ARG', /./);
  store.rollback();
});

test('a transaction begins no job', async () => {
  const store = filled();
  const model = store.loadModel('acme', store.addModel('acme', gbdt));
  const jobs = [];
  store.transaction((it) => {
    jobs.push(it.ingest('acme', {}), it.backup(join(scratch, 'within.db')));
    jobs.push(it.scoreAll('acme', model, { asOf }), it.scoreStale('acme', model, { asOf }));
    it.putLead('acme', { id: 'a2' });
  });
  for (const job of jobs) {
    await failsLater(job, 'LSC_INVALID_ARG', /in a transaction/);
  }
  store.begin(); // none is open
  store.rollback();
  assert.equal(store.count('acme').leads, 2);
  assert.equal((await store.scoreAll('acme', model, { asOf })).scored, 2);
});

test('setters of Object.prototype see nothing of what is listed', () => {
  const store = filled();
  store.activateModel('acme', store.addModel('acme', gbdt), { force: true });
  store.scoreLead('acme', 'a1', store.loadModel('acme'), { asOf });
  const lists = () => [store.listLeads('acme'), store.listScores('acme'), store.listModels('acme')];
  const expected = lists();
  const names = ['0', 'id', 'uuid', 'leadId', 'result', 'breakdown', 'receipt', 'modelSha256', 'name'];
  let called = 0;
  for (const name of names) {
    Object.defineProperty(Object.prototype, name, { configurable: true, set() { called++; } });
  }
  let found;
  try {
    found = lists();
  } finally {
    names.forEach((name) => delete Object.prototype[name]);
  }
  assert.equal(called, 0);
  assert.deepEqual(found, expected);
});

test('errors have the status of the store', () => {
  const store = filled();
  fails(() => Store.open(join(scratch, 'no', 'such.db')), 'LSC_NOT_FOUND', /such\.db/);
  fails(() => Store.open(gbdt), 'LSC_BAD_STORE', /gbdt/);
  fails(() => store.getLead('acme', 'a9'), 'LSC_NOT_FOUND', /./);
  fails(() => store.getLead('other', 'a1'), 'LSC_NOT_FOUND', /./);
  fails(() => store.putLead('acme', { id: 'a2', email: lead.email }), 'LSC_CONFLICT', /e-mail/);
  fails(() => store.putLead('acme', { email: 'x@y.example' }), 'LSC_BAD_LEAD', /id/);
  fails(() => store.loadModel('acme'), 'LSC_NOT_FOUND', /./);
  fails(() => store.addModel('acme', Buffer.from('x')), 'LSC_BAD_MODEL', /./);
  fails(() => store.addModel('acme', join(scratch, 'none.lsm')), 'LSC_NOT_FOUND', /none\.lsm/);
  fails(() => store.addModel('acme', scratch), 'LSC_IO', /./);
  store.putLead('acme', { id: '\ufffd' });
  fails(() => store.deleteLead('acme', '\ud83d'), 'LSC_INVALID_ARG', /^id has half a character/);
  fails(() => store.addOrganization('\udc00'), 'LSC_INVALID_ARG', /^organization has half/);
  store.deleteLead('acme', '\ufffd');
  fails(() => store.listLeads('acme', { limit: 10001 }), 'LSC_LIMIT', /10001/);
  fails(() => store.listLeads('acme', { page: 1 }), 'LSC_INVALID_ARG', /no page/);
  fails(() => store.scoreLead('acme', 'a1', {}, { asOf }), 'LSC_INVALID_ARG', /model is an object/);
  fails(() => store.addOutcome('acme', 'a1', { time: asOf }), 'LSC_INVALID_ARG', /converted is undefined/);
  fails(() => store.addActivities('acme', 'a1'), 'LSC_INVALID_ARG', /activities/);
  for (const wrong of [undefined, null, 1, {}, 'a\0b']) {
    fails(() => store.getLead('acme', wrong), 'LSC_INVALID_ARG', /id/);
  }
  fails(() => new Store(), 'LSC_INVALID_ARG', /Store\.open/);
  fails(() => Store.open(null, { durability: 'most' }), 'LSC_INVALID_ARG', /durability is most/);
});

test('a closed store says so', () => {
  const store = filled();
  store.close();
  store.close();
  for (const call of [() => store.count(), () => store.begin(), () => store.rollback(),
    () => store.listLeads('acme'), () => store.putLead('acme', lead), () => store.loadModel('acme')]) {
    fails(call, 'LSC_INVALID_ARG', /the store is closed/);
  }
});

test('files are taken in off the thread, and nobody else has the store meanwhile', async () => {
  const path = join(scratch, 'ingest.db');
  const leads = join(scratch, 'leads.ndjson');
  const rejects = join(scratch, 'rejects.ndjson');
  writeFileSync(leads, Array.from({ length: 500 }, (_, i) => `{"id":"a${i}"}\n`).join('') + 'no lead\n');
  const store = Store.open(path, { create: true, durability: 'off' });
  store.addOrganization('acme');
  await failsLater(store.ingest('acme', { leads }), 'LSC_BAD_JSON', /leads\.ndjson:501/);
  const taking = store.ingest('acme', { leads, rejects, batch: 50 });
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  fails(() => store.close(), 'LSC_INVALID_ARG', /wait for the promise/);
  await failsLater(store.ingest('acme', { leads }), 'LSC_INVALID_ARG', /wait for the promise/);
  assert.deepEqual(await taking, { leads: 500, activities: 0, duplicates: 0, outcomes: 0, rejected: 1 });
  assert.equal(store.count().leads, 500);
  store.close();
  const reader = Store.open(path, { readOnly: true });
  fails(() => reader.putLead('acme', lead), 'LSC_IO', /./);
});

test('two connections wait for each other', () => {
  const path = join(scratch, 'busy.db');
  const first = Store.open(path, { create: true, durability: 'off' });
  const second = Store.open(path, { busyMs: -1 });
  first.addOrganization('acme');
  first.begin();
  first.putLead('acme', lead);
  fails(() => second.addOrganization('other'), 'LSC_BUSY', /./);
  first.commit();
  second.addOrganization('other');
});

test('a lead that withdraws its consent is not scored', () => {
  const store = filled();
  const sha256 = store.addModel('acme', gbdt);
  const model = store.loadModel('acme', sha256);
  store.setConsent('acme', 'a1', { purpose: 'profiling', given: false, time: asOf, source: 'form-7' });
  assert.equal(store.scoreLead('acme', 'a1', model, { asOf }).result.status, 'suppressed');
  assert.deepEqual(store.listConsents('acme', 'a1'),
    [{ purpose: 'profiling', given: false, time: new Date(asOf), source: 'form-7' }]);
  fails(() => store.setConsent('acme', 'a1', { purpose: 'profiling', time: asOf }), 'LSC_INVALID_ARG', /given is/);
});

test('a store comes back from its backup, with the key alone', async () => {
  const path = join(scratch, 'original.db');
  const copy = join(scratch, 'copy.backup');
  const key = new Uint8Array(32).fill(7);
  const store = Store.open(path, { create: true, durability: 'off' });
  store.addOrganization('acme');
  store.putLead('acme', lead);
  const writing = store.backup(copy, { key });
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  await writing;
  await failsLater(Store.restore(copy, join(scratch, 'other.db')), 'LSC_BAD_KEY', /./);
  await failsLater(Store.restore(copy, path, { key }), 'LSC_CONFLICT', /original/);
  await Store.restore(copy, join(scratch, 'restored.db'), { key });
  assert.equal(Store.open(join(scratch, 'restored.db')).getLead('acme', 'a1').email, lead.email);
  await failsLater(store.backup(copy, { key: new Uint8Array(31) }), 'LSC_INVALID_ARG', /31 bytes/);
  await failsLater(store.backup(copy, { key: 'secret' }), 'LSC_INVALID_ARG', /a String/);
});

test('all leads are scored off the thread, and then those that can have changed', async () => {
  const store = Store.open(join(scratch, 'all.db'), { create: true, durability: 'off' });
  store.addOrganization('acme');
  store.transaction(() => {
    for (let i = 0; i < 300; i++) {
      store.putLead('acme', { id: `a${i}`, email: `jo@c${i}.example`, job_title: 'CTO' });
    }
  });
  const sha256 = store.addModel('acme', gbdt);
  store.activateModel('acme', sha256, { force: true });
  const model = store.loadModel('acme');
  assert.equal(store.listStale('acme', { asOf, limit: 7 }).length, 7);
  const scoring = store.scoreAll('acme', model, { asOf, threads: 2 });
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  model.close();
  assert.deepEqual(await scoring, { scored: 300, changed: 300 });
  assert.deepEqual(store.listStale('acme', { asOf }), []);
  store.putLead('acme', { id: 'a7', email: 'jo@c7.example', job_title: 'Intern' });
  assert.deepEqual(store.listStale('acme', { asOf }), [{ id: 'a7', reason: 'changed', due: null }]);
  const again = store.loadModel('acme');
  assert.equal((await store.scoreStale('acme', again, { asOf })).scored, 1);
  await failsLater(store.scoreAll('acme', model, { asOf }), 'LSC_INVALID_ARG', /the model is closed/);
  await failsLater(store.scoreAll('acme', again, { asOf, threads: 65 }), 'LSC_INVALID_ARG', /threads is 65/);
  await failsLater(store.scoreAll('other', again, { asOf }), 'LSC_NOT_FOUND', /./);
});
