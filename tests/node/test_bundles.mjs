// Bundles: imported, made, signed and written.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { buildScorecard, importModel, loadModel, publicKeyId, signBundle, writeBundle } from 'leadscore';

import { asOf, fails, gbdt, lead, readBytes, root, scratch, starter } from './node_support.mjs';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = {
  public: publicKey.export({ type: 'spki', format: 'pem' }),
  private: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  locked: privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }),
};

test('a signed bundle is loaded by who trusts the key, and by no one else', () => {
  const { bundle, keyId } = signBundle(readBytes(gbdt), pem.private);
  assert.equal(keyId, publicKeyId(pem.public));
  assert.equal(loadModel(bundle, { trustedKeys: [pem.public] }).info.signedBy, keyId);
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
  fails(() => loadModel(bundle, { trustedKeys: [other] }), 'LSC_UNTRUSTED', /./);
  assert.deepEqual(signBundle(readBytes(gbdt), pem.locked, { passphrase: 'open' }).bundle, bundle);
  fails(() => signBundle(bundle, pem.locked, { passphrase: 'shut' }), 'LSC_BAD_KEY', /passphrase/);
  fails(() => signBundle(bundle, pem.public), 'LSC_BAD_KEY', /./);
  fails(() => signBundle(bundle.subarray(9), pem.private), 'LSC_BAD_MODEL', /./);
  fails(() => signBundle('x', pem.private), 'LSC_INVALID_ARG', /bundle is/);
  fails(() => signBundle(bundle, privateKey), 'LSC_INVALID_ARG', /privateKey is/);
  fails(() => publicKeyId('x'), 'LSC_BAD_KEY', /./);
});

test('models that XGBoost saved are imported, from a file and from bytes', () => {
  const folder = join(root, 'tests', 'golden', 'import');
  const name = readdirSync(folder, { recursive: true }).find((each) => /\.ubj$/.test(each));
  const path = join(folder, name);
  const made = importModel(path, { name: 'theirs', version: '2', created: asOf });
  const info = loadModel(made).info;
  assert.deepEqual([info.name, info.version], ['theirs', '2']);
  assert.deepEqual(importModel(readFileSync(path), { name: 'theirs', version: '2', created: asOf }), made);
  fails(() => importModel(gbdt), 'LSC_BAD_MODEL', /./);
  fails(() => importModel(join(scratch, 'none.ubj')), 'LSC_NOT_FOUND', /none\.ubj/);
  fails(() => importModel(path, { spec: '{' }), 'LSC_BAD_JSON', /./);
  for (const wrong of [undefined, 1, {}]) {
    fails(() => importModel(wrong), 'LSC_INVALID_ARG', /source is/);
  }
});

test('a scorecard is made of what another holds', () => {
  const from = loadModel(starter);
  const scorecard = JSON.parse(Buffer.from(from.member('scorecard.json')));
  const made = buildScorecard('mine', from.spec, scorecard);
  assert.deepEqual(loadModel(made).score(lead, { asOf }), from.score(lead, { asOf }));
  assert.deepEqual(buildScorecard('mine', JSON.stringify(from.spec), JSON.stringify(scorecard)), made);
  fails(() => buildScorecard('mine', from.spec, { rules: 1 }), 'LSC_BAD_SPEC', /./);
  fails(() => buildScorecard('mine', from.spec), 'LSC_INVALID_ARG', /scorecard is/);
  const path = join(scratch, 'mine.lsm');
  writeBundle(path, made);
  assert.deepEqual(readFileSync(path), Buffer.from(made));
  fails(() => writeBundle(join(scratch, 'no', 'mine.lsm'), made), 'LSC_NOT_FOUND', /mine\.lsm/);
  fails(() => writeBundle(path, 'text'), 'LSC_INVALID_ARG', /bundle is/);
});
