import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

import { Model, Store, loadModel, loadModelAsync, version, writeBundle } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, readBytes, scratch, starter } from './node_support.mjs';

const require = createRequire(import.meta.url);

test('both module systems give the same package', () => {
  const common = require('leadscore');
  assert.equal(common.Model, Model);
  assert.equal(common.loadModel, loadModel);
  assert.equal(version, require('leadscore/package.json').version);
});

test('a model is loaded from a path and from bytes alike', async () => {
  const bytes = readBytes(gbdt);
  const models = [loadModel(gbdt), loadModel(bytes), loadModel(new Uint8Array(bytes)),
    await loadModelAsync(gbdt), await loadModelAsync(bytes, { selfTest: true })];
  for (const model of models) {
    assert.deepEqual(model.info, models[0].info);
  }
  assert.equal(models[0].info.engine, 'gbdt');
  assert.equal(models[0].columns.length, models[0].nColumns);
});

test('a file may be named by its URL', async () => {
  const url = pathToFileURL(gbdt);
  assert.equal(loadModel(url).info.sha256, loadModel(gbdt).info.sha256);
  assert.equal((await loadModelAsync(url)).info.sha256, loadModel(gbdt).info.sha256);
  const file = pathToFileURL(join(scratch, 'by url #1.lsm'));
  writeBundle(file, readBytes(gbdt));
  assert.equal(loadModel(join(scratch, 'by url #1.lsm')).info.name, 'golden');
  fails(() => loadModel(new URL('https://example.com/model.lsm')), 'LSC_INVALID_ARG', /source is https:/);
  fails(() => loadModel(new URL('file:///a%00b')), 'LSC_INVALID_ARG', /NUL/);
});

test('a model shows itself, and is closed where it is disposed of', { skip: Symbol.dispose === undefined }, () => {
  const model = loadModel(gbdt);
  assert.equal(inspect(model), "Model { name: 'golden', version: '1', engine: 'gbdt' }");
  assert.equal(inspect(Object.create(model)), 'Model {}');
  model[Symbol.dispose]();
  assert.equal(inspect(model), 'Model { closed }');
  const store = Store.open(null);
  store[Symbol.dispose]();
  fails(() => store.count(), 'LSC_INVALID_ARG', /closed/);
});

test('bytes may change once an asynchronous load has begun', async () => {
  const bytes = new Uint8Array(readBytes(gbdt));
  const loading = loadModelAsync(bytes);
  bytes.fill(0);
  assert.equal((await loading).info.engine, 'gbdt');
});

test('what cannot be loaded says why', async () => {
  fails(() => loadModel('no.lsm'), 'LSC_NOT_FOUND', /no\.lsm/);
  await failsLater(loadModelAsync('no.lsm'), 'LSC_NOT_FOUND', /no\.lsm/);
  fails(() => loadModel(Buffer.from('no model')), 'LSC_BAD_MODEL', /zstd/);
  fails(() => loadModel(new Uint8Array(0)), 'LSC_BAD_MODEL', /./);
  fails(() => loadModel('a\0b'), 'LSC_INVALID_ARG', /NUL/);
  for (const source of [undefined, null, 1, {}, [], new Float32Array(1)]) {
    fails(() => loadModel(source), 'LSC_INVALID_ARG', /^source is/);
    await failsLater(loadModelAsync(source), 'LSC_INVALID_ARG', /^source is/);
  }
});

test('options are checked by name and type', () => {
  fails(() => loadModel(gbdt, { selftest: true }), 'LSC_INVALID_ARG', /no selftest/);
  fails(() => loadModel(gbdt, { selfTest: 1 }), 'LSC_INVALID_ARG', /selfTest is a Number/);
  fails(() => loadModel(gbdt, { planBytes: -1 }), 'LSC_INVALID_ARG', /planBytes is -1/);
  fails(() => loadModel(gbdt, { trustedKeys: [] }), 'LSC_INVALID_ARG', /trustedKeys/);
  fails(() => loadModel(gbdt, { trustedKeys: ['no key'] }), 'LSC_BAD_KEY', /./);
  fails(() => loadModel(gbdt, 7), 'LSC_INVALID_ARG', /options is a Number/);
});

test('a bundle that no trusted key signed is refused', () => {
  const pem = '-----BEGIN PUBLIC KEY-----\n' +
    'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n';
  fails(() => loadModel(gbdt, { trustedKeys: [pem] }), 'LSC_UNTRUSTED', /signed/);
});

test('facts, spec and members are those of the bundle', () => {
  const model = loadModel(gbdt);
  assert.ok(model.members.includes('manifest.json'));
  const manifest = JSON.parse(Buffer.from(model.member('manifest.json')).toString());
  assert.equal(manifest.name, model.info.name);
  assert.equal(model.spec.features.length, model.info.nFeatures);
  fails(() => model.member('nothing'), 'LSC_NOT_FOUND', /nothing/);
});

test('a lead has the same score in every way it is given', () => {
  const model = loadModel(gbdt);
  const result = model.score(lead, activities, { asOf });
  const text = JSON.stringify(lead);
  const more = JSON.stringify(activities);
  const others = [
    model.score(text, more, { asOf: new Date(asOf) }),
    model.score(Buffer.from(text), Buffer.from(more), { asOf: Date.parse(asOf) }),
    model.score({ ...lead, activities }, { asOf }),
    model.score({ ...lead, activities }, null, { asOf }),
    model.score(lead, activities.map((one) => ({ ...one, time: new Date(one.time) })), { asOf }),
    model.scoreVector(model.extract(lead, activities, { asOf })),
    model.explain(lead, activities, { asOf }).result,
    model.explainVector(model.extract(lead, activities, { asOf })).result,
  ];
  for (const other of others) {
    assert.deepEqual(other, result);
  }
  assert.equal(result.status, 'scored');
  assert.equal(result.score, Math.floor(100 * result.probability + 0.5));
});

test('a lead of which too little is known has no score, never 0', () => {
  const model = loadModel(gbdt);
  const result = model.score({ id: 'a1' }, { asOf });
  assert.equal(result.status, 'insufficient_data');
  assert.ok(Object.values(result).slice(1).every((value) => value === null));
  const why = model.explain({ id: 'a1' }, { asOf });
  assert.deepEqual([why.baseline, why.breakdown, why.reasons], [null, {}, []]);
});

test('a scorecard has points, and no probability', () => {
  const model = loadModel(starter);
  const result = model.score(lead, activities, { asOf });
  assert.equal(result.probability, null);
  assert.equal(result.score, Math.floor(result.points + 0.5));
  const vector = model.extract(lead, activities, { asOf });
  assert.ok(Number.isNaN(model.predict(vector)));
  assert.equal(model.predict(vector, undefined, { output: 'margin' }), Math.fround(result.points));
});

test('an explanation adds up and names the activities behind it', () => {
  const why = loadModel(gbdt).explain(lead, activities, { asOf, leadId: 'a1' });
  const points = Object.values(why.breakdown).reduce((sum, each) => sum + each, why.baseline);
  assert.equal(points, why.result.score);
  const margin = why.contributions.reduce((sum, each) => sum + each.value, why.baseValue);
  assert.ok(Math.abs(margin - why.result.margin) < 1e-5); // contributions are float32 sums
  assert.ok(why.reasons.some((reason) => reason.activityIds.includes('e1')));
  assert.equal(JSON.parse(why.json).lead_id, 'a1');
  assert.deepEqual(why.receipt.asOf, new Date(asOf));
});

test('a receipt replays, and tells what has changed', () => {
  const model = loadModel(gbdt);
  const receipt = model.explain(lead, activities, { asOf });
  model.replay(lead, activities, { receipt });
  model.replay(lead, activities, { receipt: receipt.json });
  fails(() => model.replay({ ...lead, job_title: 'CEO' }, activities, { receipt }), 'LSC_MISMATCH', /input/);
  fails(() => model.replay(lead, activities, { receipt: '{' }), 'LSC_BAD_JSON', /./);
  fails(() => model.replay(lead, activities, {}), 'LSC_INVALID_ARG', /receipt is undefined/);
});

test('a closed model says so, and its promises are kept', async () => {
  const model = loadModel(gbdt);
  const rows = 1000;
  const columns = new Float32Array(rows * model.nColumns);
  const tables = Promise.all([model.predict(columns, rows), model.contributions(columns, rows)]);
  const many = model.scoreMany(Array(64).fill(lead), { asOf });
  await new Promise(setImmediate);
  model.close();
  model.close();
  assert.equal((await tables)[0].length, rows);
  assert.equal((await many).length, 64);
  const calls = [(it) => it.info, (it) => it.columns, (it) => it.spec, (it) => it.members,
    (it) => it.member('manifest.json'), (it) => it.score(lead, { asOf }), (it) => it.explain(lead, { asOf }),
    (it) => it.extract(lead, { asOf }), (it) => it.replay(lead, { receipt: '{}' }),
    (it) => it.scoreVector(new Float32Array(it.nColumns)), (it) => it.predict(new Float32Array(it.nColumns)),
    (it) => it.explainVector(new Float32Array(it.nColumns)),
    (it) => it.predictSync(new Float32Array(it.nColumns), 1),
    (it) => it.contributionsSync(new Float32Array(it.nColumns), 1)];
  for (const call of calls) {
    fails(() => call(model), 'LSC_INVALID_ARG', /the model is closed/);
  }
  const one = new Float32Array(model.nColumns);
  await failsLater(model.predict(one, 1, { transfer: true }), 'LSC_INVALID_ARG', /the model is closed/);
  assert.equal(one.length, model.nColumns);
  await failsLater(model.scoreMany([lead], { asOf }), 'LSC_INVALID_ARG', /the model is closed/);
});

test('a model is made by loadModel() alone, and no other object passes for one', () => {
  fails(() => new Model(), 'LSC_INVALID_ARG', /loadModel/);
  fails(() => new Model(Symbol('make'), {}), 'LSC_INVALID_ARG', /loadModel/);
  assert.throws(() => Model.prototype.score.call({}, lead, { asOf }), TypeError);
  assert.throws(() => structuredClone(loadModel(gbdt)).score(lead, { asOf }), TypeError);
});
