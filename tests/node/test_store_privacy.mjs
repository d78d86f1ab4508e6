// Keys, erasure and the audit trail of a store.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Store } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, scratch } from './node_support.mjs';

const key = new Uint8Array(32).fill(7);
const other = { bytes: new Uint8Array(32).fill(9), id: 'second' };
const actor = { uuid: '3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7', time: asOf };

function encrypted(name) {
  const store = Store.open(join(scratch, name), { create: true, durability: 'off', key });
  store.addOrganization('acme');
  store.putLead('acme', lead);
  return store;
}

/** Whether a text stands in any file of the store. */
function holds(name, text) {
  return readdirSync(scratch).filter((each) => each.startsWith(name))
    .some((each) => readFileSync(join(scratch, each)).includes(text));
}

test('an encrypted store opens with its key alone', () => {
  encrypted('secret.db').close();
  assert.ok(!holds('secret.db', 'engines.example'));
  const path = join(scratch, 'secret.db');
  assert.equal(Store.open(path, { key }).getLead('acme', 'a1').email, lead.email);
  for (const wrong of [undefined, null, other]) {
    fails(() => Store.open(path, { key: wrong }), 'LSC_BAD_KEY', /secret\.db/);
  }
  for (const wrong of ['secret', new Uint8Array(31), 7, [], { bytes: key, name: 'x' }, { id: 'x' }]) {
    fails(() => Store.open(path, { key: wrong }), 'LSC_INVALID_ARG', /key/);
  }
});

test('a store gets another key, and no one else can go on', async () => {
  const store = encrypted('rekeyed.db');
  const keying = store.rekey(other);
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  await keying;
  assert.equal(store.getLead('acme', 'a1').email, lead.email);
  await store.rekey(null);
  store.close();
  fails(() => Store.open(join(scratch, 'rekeyed.db'), { key }), 'LSC_BAD_KEY', /./);
  assert.equal(Store.open(join(scratch, 'rekeyed.db'), { key: other }).getLead('acme', 'a1').email, lead.email);
  await failsLater(Store.open(null).rekey(null), 'LSC_INVALID_ARG', /./);
  await failsLater(store.rekey('x'), 'LSC_INVALID_ARG', /key is a String/);
});

test('a key may be cleansed as soon as it was given', async () => {
  const store = encrypted('cleansed.db');
  const given = new Uint8Array(32).fill(5);
  const keying = store.rekey(given);
  given.fill(0);
  await keying;
  store.close();
  Store.open(join(scratch, 'cleansed.db'), { key: new Uint8Array(32).fill(5) });
});

test('all that is held on a lead is given out', () => {
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', lead);
  store.addActivities('acme', 'a1', Array.from({ length: 300 }, (_, i) => ({ ...activities[0], id: `e${i}` })));
  const held = JSON.stringify(JSON.parse(store.exportLead('acme', 'a1')));
  assert.ok(held.includes(lead.email) && held.includes('"e299"'));
  fails(() => store.exportLead('acme', 'a9'), 'LSC_NOT_FOUND', /a9/);
  fails(() => store.exportLead('acme'), 'LSC_INVALID_ARG', /id is/);
});

test('of an erased lead no byte is left, and the models that learnt from it are named', async () => {
  const store = Store.open(join(scratch, 'erased.db'), { create: true, durability: 'off' });
  store.addOrganization('acme');
  store.putLead('acme', lead);
  store.putLead('acme', { id: 'a2' });
  const sha256 = store.addModel('acme', gbdt);
  store.noteTraining('acme', sha256, ['a1', 'a2', 'gone']);
  assert.deepEqual(await store.eraseLead('acme', 'a1'), [sha256]);
  fails(() => store.getLead('acme', 'a1'), 'LSC_NOT_FOUND', /a1/);
  assert.ok(!holds('erased.db', 'engines.example'));
  store.deleteLead('acme', 'a2');
  await store.purge();
  await failsLater(store.eraseLead('acme', 'a1'), 'LSC_NOT_FOUND', /a1/);
  fails(() => store.noteTraining('acme', 'x', []), 'LSC_INVALID_ARG', /./);
  for (const wrong of [undefined, 'a1', [1], ['a\0b']]) {
    fails(() => store.noteTraining('acme', sha256, wrong), 'LSC_INVALID_ARG', /leadIds/);
  }
});

/** A process that reads a store, and goes on seeing it as it is now. */
async function readByPython(path) {
  const reader = spawn('python3', ['-c', `
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN")
print(store.execute("SELECT count(*) FROM leads").fetchone(), flush=True)
sys.stdin.read()`, path]);
  await once(reader.stdout, 'data');
  return reader;
}

test('where the purge waits in vain the models are named all the same', async (t) => {
  const path = join(scratch, 'read.db');
  const store = Store.open(path, { create: true, busyMs: 1 });
  store.addOrganization('acme');
  store.putLead('acme', lead);
  const sha256 = store.addModel('acme', gbdt);
  store.noteTraining('acme', sha256, ['a1']);
  const reader = await readByPython(path);
  t.after(() => reader.kill());
  const models = (expected) => (error) => { assert.deepEqual(error.models, expected); return true; };
  await assert.rejects(store.eraseLead('acme', 'a1'), models([sha256]));
  fails(() => store.getLead('acme', 'a1'), 'LSC_NOT_FOUND', /a1/);
  await assert.rejects(store.eraseLead('acme', 'a1'), models([]));
  reader.kill();
  await once(reader, 'exit');
  await store.purge();
});

test('where the next who acts is refused, who acted before goes on, at the time that was said', () => {
  const store = Store.open(null, { actor });
  store.addOrganization('acme');
  store.setAudited(true);
  fails(() => store.setActor({ uuid: 'jo@acme.example' }), 'LSC_INVALID_ARG', /UUID/);
  store.putLead('acme', lead);
  assert.deepEqual([...new Set(store.listAudit().map((row) => `${row.actor} ${row.time.getTime()}`))],
    [`${actor.uuid} ${new Date(asOf).getTime()}`]);
});

test('what is done with personal data is noted, and what was changed in the notes is found', async () => {
  const path = join(scratch, 'audited.db');
  const store = Store.open(path, { create: true, durability: 'off', actor });
  store.addOrganization('acme');
  assert.deepEqual(store.auditHead(), { rows: 0, head: '0'.repeat(64) });
  store.setAudited(true);
  store.putLead('acme', lead);
  store.getLead('acme', 'a1');
  const anchor = store.auditHead();
  assert.ok(anchor.rows >= 3 && /^[0-9a-f]{64}$/.test(anchor.head), JSON.stringify(anchor));
  assert.equal(await store.verify(anchor.head), anchor.rows);
  store.setActor({ uuid: actor.uuid });
  store.getLead('acme', 'a1');
  assert.equal(await store.verify(), anchor.rows + 1);
  await failsLater(store.verify('0'.repeat(63) + '1'), 'LSC_BAD_STORE', /./);
  store.close();
  const nobody = Store.open(path);
  fails(() => nobody.getLead('acme', 'a1'), 'LSC_INVALID_ARG', /act/);
  fails(() => nobody.setActor({ uuid: 'ada' }), 'LSC_INVALID_ARG', /UUID/);
  fails(() => nobody.setActor({ name: 'ada' }), 'LSC_INVALID_ARG', /no name/);
  fails(() => nobody.setActor(), 'LSC_INVALID_ARG', /actor is undefined/);
  fails(() => nobody.setActor(null), 'LSC_INVALID_ARG', /actor is null/);
  const unsaid = Store.open(path, { actor: null });
  fails(() => unsaid.getLead('acme', 'a1'), 'LSC_INVALID_ARG', /act/);
  unsaid.close();
  fails(() => nobody.setAudited(1), 'LSC_INVALID_ARG', /audited/);
  nobody.setActor(actor);
  nobody.getLead('acme', 'a1');
  nobody.close();
  changeInFile(path, actor.uuid, '00000000-0000-4000-8000-000000000000');
  await failsLater(Store.open(path, { actor }).verify(), 'LSC_BAD_STORE', /./);
});

/** Writes over the last place of a text in a file. */
function changeInFile(path, text, by) {
  const at = readFileSync(path).lastIndexOf(text);
  assert.ok(at > 0);
  const file = openSync(path, 'r+');
  writeSync(file, by, at);
  closeSync(file);
}

test('users and integrations are kept, and act by their UUID', () => {
  const path = join(scratch, 'accounts.db');
  const store = Store.open(path, { create: true, durability: 'off', key, actor });
  store.addOrganization('acme');
  store.putAccount('acme', 'user', { id: 'u1', role: 'admin', details: { name: 'Ada', email: lead.email } });
  store.putAccount('acme', 'integration', { id: 'i1', role: 'hubspot' });
  const ada = store.getAccount('acme', 'user', 'u1');
  assert.deepEqual([ada.role, ada.active, ada.details], ['admin', true, { name: 'Ada', email: lead.email }]);
  assert.deepEqual(store.listAccounts('acme', 'user'), [ada]);
  assert.deepEqual(store.listAccounts('acme', 'user', { after: 'u1' }), []);
  assert.deepEqual(store.listAccounts('acme', 'integration').map(({ id, details }) => [id, details]), [['i1', {}]]);
  assert.equal(store.accountUuid('acme', 'user', 'u1'), ada.uuid);
  assert.ok(!holds('accounts.db', 'engines.example'));
  store.setAccountActive('acme', 'user', 'u1', false);
  fails(() => store.accountUuid('acme', 'user', 'u1'), 'LSC_INVALID_ARG', /./);
  store.deleteAccount('acme', 'user', 'u1');
  fails(() => store.getAccount('acme', 'user', 'u1'), 'LSC_NOT_FOUND', /./);
  fails(() => store.putAccount('acme', 'integration', { id: 'i2' }), 'LSC_INVALID_ARG', /role/);
  for (const [wrong, words] of [[['robot', 'u1'], /type is robot/], [['user', 7], /id is/]]) {
    fails(() => store.getAccount('acme', ...wrong), 'LSC_INVALID_ARG', words);
  }
  fails(() => store.putAccount('acme', 'user', { id: 'u2', details: [] }), 'LSC_INVALID_ARG', /details is an array/);
  fails(() => store.setAccountActive('acme', 'user', 'u1', 1), 'LSC_INVALID_ARG', /active is/);
});

test('the audit trail is listed, by who and of whom', () => {
  const store = Store.open(join(scratch, 'listed.db'), { create: true, durability: 'off', actor });
  store.addOrganization('acme');
  store.setAudited(true);
  store.putLead('acme', lead);
  store.getLead('acme', 'a1');
  const all = store.listAudit(null);
  assert.deepEqual(all.map(({ number }) => number), all.map((_, i) => i + 1));
  assert.ok(all.every((row) => row.actor === actor.uuid && row.time.getTime() === Date.parse(asOf)));
  const subject = store.leadUuid('acme', 'a1');
  const [read] = store.listAudit('acme', { subject, action: 'read lead', actor: actor.uuid, from: asOf });
  assert.deepEqual([read.action, read.subject, read.organization], ['read lead', subject, 'acme']);
  assert.deepEqual(store.listAudit('acme', { until: asOf }), []);
  assert.equal(store.listAudit(null, { after: all.length - 1, limit: 5 }).length, 1);
  fails(() => store.listAudit('acme', { subject: 'a1' }), 'LSC_INVALID_ARG', /./);
  fails(() => store.listAudit('none'), 'LSC_NOT_FOUND', /none/);
  fails(() => store.leadUuid('acme', 'a9'), 'LSC_NOT_FOUND', /a9/);
  store.noteAccess('acme', 'a1');
  assert.deepEqual(store.listAudit('acme', { action: 'read copy' }).map((row) => row.subject), [subject]);
  fails(() => store.noteAccess('acme', 'a9'), 'LSC_NOT_FOUND', /a9/);
});

test('what made two scores differ is said, and adds up', () => {
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', lead);
  const model = store.loadModel('acme', store.addModel('acme', gbdt));
  store.scoreLead('acme', 'a1', model, { asOf: '2026-03-01' });
  store.addActivities('acme', 'a1', activities);
  store.scoreLead('acme', 'a1', model, { asOf });
  const query = { from: '2026-03-01', to: asOf };
  const change = store.explainChange('acme', 'a1', query);
  const { time, activities: seen, properties, model: other } = change.points;
  assert.equal(time + seen + properties + other, change.toScore - change.fromScore);
  assert.deepEqual([change.fromActivities, change.toActivities, properties, other], [0, 2, 0, 0]);
  assert.deepEqual(Object.keys(change.margins), ['time', 'activities', 'properties', 'model']);
  assert.deepEqual(store.explainChange('acme', 'a1', { ...query, fromModel: model.info.sha256 }), change);
  fails(() => store.explainChange('acme', 'a1', { from: asOf, to: '2026-03-01' }), 'LSC_INVALID_ARG', /./);
  fails(() => store.explainChange('acme', 'a1', { from: '2026-02-01', to: asOf }), 'LSC_NOT_FOUND', /./);
  fails(() => store.explainChange('acme', 'a1', { from: asOf }), 'LSC_INVALID_ARG', /to is/);
});

/** A store with a lead of long ago, and one that has an activity and a score of long ago besides newer ones. */
async function aged(name) {
  const store = Store.open(join(scratch, name), { create: true, durability: 'off' });
  store.addOrganization('acme');
  store.putLead('acme', { id: 'old', email: 'long@ago.example', created_at: '2020-01-01' });
  store.putLead('acme', { ...lead, created_at: '2020-01-01' });
  store.addActivities('acme', 'a1', [...activities, { id: 'e0', type: 'Page Viewed', time: '2021-01-01' }]);
  const model = store.loadModel('acme', store.addModel('acme', gbdt));
  await store.scoreAll('acme', model, { asOf: '2022-01-01' });
  await store.scoreAll('acme', model, { asOf });
  return store;
}

test('what is older than it is to be kept goes, without a trace', async () => {
  const store = await aged('aged.db');
  const what = { activitiesBefore: new Date('2025-01-01'), scoresBefore: '2025-01-01', leadsBefore: '2025-01-01' };
  const gone = { leads: 1, activities: 1, scores: 1 };
  assert.deepEqual(await store.retain('acme', { ...what, dryRun: true }), gone);
  assert.equal(store.count('acme').leads, 2);
  assert.ok(holds('aged.db', 'long@ago.example'));
  assert.deepEqual(await store.retain('acme', { activitiesBefore: asOf, activityType: 'Page Left', dryRun: true }),
    { leads: 0, activities: 0, scores: 0 });
  const would = async (name) => Object.values(await store.retain('acme', { [name]: what[name], dryRun: true }));
  assert.deepEqual(await would('leadsBefore'), [1, 0, 0]);
  assert.deepEqual(await would('activitiesBefore'), [0, 1, 0]);
  assert.deepEqual(await would('scoresBefore'), [0, 0, 2]);
  const news = [];
  const retaining = store.retain('acme', { ...what, progress: ({ leads }) => { news.push(leads); } });
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  assert.deepEqual(await retaining, gone);
  assert.ok(news.every((each) => each >= 1 && each <= 2), `${news}`);
  assert.ok(!holds('aged.db', 'long@ago.example'));
  assert.deepEqual(store.listHistory('acme', 'a1').map((row) => row.receipt.asOf), [new Date(asOf)]);
  assert.deepEqual(await store.retain('acme', what), { leads: 0, activities: 0, scores: 0 });
});

test('retention is stopped, and refused where nothing is to go', async () => {
  const store = await aged('stopped.db');
  const leadsBefore = '2025-01-01';
  await failsLater(store.retain('acme', { leadsBefore, signal: AbortSignal.abort() }), 'LSC_CANCELLED', /signal/);
  assert.equal(store.count('acme').leads, 2);
  await failsLater(store.retain('acme', {}), 'LSC_INVALID_ARG', /nothing is to go/);
  await failsLater(store.retain('acme', { leadsBefore, activityType: 'Page Viewed' }), 'LSC_INVALID_ARG', /activity_type/);
  await failsLater(store.retain('acme', { leadsBefore: null }), 'LSC_INVALID_ARG', /leadsBefore is null/);
  await failsLater(store.retain('acme', { leadsBefore, dryRun: 1 }), 'LSC_INVALID_ARG', /dryRun/);
  await failsLater(store.retain('other', { leadsBefore }), 'LSC_NOT_FOUND', /other/);
  store.begin();
  await failsLater(store.retain('acme', { leadsBefore }), 'LSC_INVALID_ARG', /./);
  store.rollback();
});
