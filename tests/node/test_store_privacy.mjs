// Keys, erasure and the audit trail of a store.
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Store } from 'leadscore';

import { asOf, fails, failsLater, gbdt, lead, scratch } from './node_support.mjs';

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
