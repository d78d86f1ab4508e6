import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { LeadscoreError, loadModel } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, table } from './node_support.mjs';

const model = loadModel(gbdt);
const width = model.nColumns;

test('a table has the scores of its rows, to the bit', async () => {
  const rows = 300;
  const columns = table(rows, width);
  const later = await model.predict(columns, rows);
  const margins = await model.predict(columns, rows, { output: 'margin' });
  assert.deepEqual(model.predictSync(columns, rows), later);
  assert.deepEqual(model.predictSync(columns, rows, { output: 'margin' }), margins);
  for (let i = 0; i < rows; i++) {
    const vector = columns.subarray(i * width, (i + 1) * width);
    const result = model.scoreVector(vector);
    assert.equal(later[i], Math.fround(result.probability));
    assert.equal(margins[i], result.margin);
    assert.equal(model.predict(vector), later[i]);
  }
});

test('contributions of a row add up to its margin', async () => {
  const rows = 50;
  const columns = table(rows, width);
  const contributions = await model.contributions(columns, rows);
  assert.deepEqual(model.contributionsSync(columns, rows), contributions);
  const margins = model.predictSync(columns, rows, { output: 'margin' });
  for (let i = 0; i < rows; i++) {
    const row = contributions.subarray(i * (width + 1), (i + 1) * (width + 1));
    const sum = row.reduce((total, each) => total + each, 0);
    assert.ok(Math.abs(sum - margins[i]) < 1e-4); // as many float32 roundings as there are columns
  }
});

test('no rows give no scores', async () => {
  assert.equal((await model.predict(new Float32Array(0), 0)).length, 0);
  assert.equal(model.contributionsSync(new Float32Array(0), 0).length, 0);
  assert.deepEqual(await model.scoreMany([], { asOf }), []);
});

test('an array may be changed at once, and is taken away only where it was given up', async () => {
  const rows = 200;
  const columns = table(rows, width);
  const expected = model.predictSync(columns, rows);
  const copied = table(rows, width);
  const later = model.predict(copied, rows);
  copied.fill(0);
  assert.deepEqual(await later, expected);
  assert.equal(copied.length, rows * width);
  const given = table(rows, width);
  const promise = model.predict(given, rows, { transfer: true });
  assert.equal(given.length, 0);
  assert.deepEqual(await promise, expected);
});

test('views, shared and resizable memory are read as what they show', async () => {
  const rows = 3;
  const columns = table(rows, width);
  const expected = model.predictSync(columns, rows);
  const wide = new Float32Array(rows * width + 5);
  wide.set(columns, 5);
  const shared = new Float32Array(new SharedArrayBuffer(columns.byteLength));
  shared.set(columns);
  const views = [wide.subarray(5), shared];
  if (ArrayBuffer.prototype.resize) {
    const growing = new Float32Array(new ArrayBuffer(columns.byteLength, { maxByteLength: 1 << 20 }));
    growing.set(columns);
    views.push(growing);
  }
  for (const view of views) {
    assert.deepEqual(model.predictSync(view, rows), expected);
    assert.deepEqual(await model.predict(view, rows), expected);
    assert.equal(model.predict(view.subarray(0, width)), expected[0]);
  }
  await failsLater(model.predict(shared, rows, { transfer: true }), 'LSC_INVALID_ARG', /cannot be given up/);
});

test('a table in shared memory is read in place', async () => {
  const rows = 200;
  const own = model.newTable(rows);
  assert.ok(own.buffer instanceof SharedArrayBuffer && own.length === rows * width && own.every(Number.isNaN));
  own.set(table(rows, width));
  const expected = model.predictSync(table(rows, width), rows);
  assert.deepEqual(await model.predict(own, rows), expected);
  assert.deepEqual(model.predictSync(own, rows), expected);
  assert.deepEqual(await model.contributions(own, rows), model.contributionsSync(table(rows, width), rows));
  for (const wrong of [undefined, null, -1, 1.5, NaN, '3']) {
    fails(() => model.newTable(wrong), 'LSC_INVALID_ARG', /rows is/);
  }
  fails(() => model.newTable(2 ** 50), 'LSC_NO_MEMORY', /./);
});

test('shared memory that changes under the reader breaks nothing', async () => {
  const rows = 5000;
  const shared = model.newTable(rows);
  const writer = new Worker(`
    const { workerData: { shared, stop } } = require('worker_threads');
    const values = [0, 1, NaN, Infinity, -Infinity, 3.4e38, -1e-40];
    for (let i = 0; Atomics.load(stop, 0) === 0; i++) shared[(i * 7919) % shared.length] = values[i % 7];
  `, { eval: true, workerData: { shared, stop: new Int32Array(new SharedArrayBuffer(4)) } });
  await once(writer, 'online');
  for (let i = 0; i < 40; i++) {
    for (const { reason } of await Promise.allSettled([model.predict(shared, rows), model.contributions(shared, rows)])) {
      if (reason !== undefined) assert.equal(reason.code, 'LSC_INVALID_ARG'); // an infinity was seen
    }
  }
  await writer.terminate();
  assert.equal((await model.predict(table(rows, width), rows)).length, rows);
});

test('copies of all sizes, at once and one after the other, are of their own rows', async () => {
  const sizes = [1, 300, 7, 2000, 40, 0, 900];
  const tables = sizes.map((rows, i) => table(rows, width, i + 1));
  const expected = tables.map((columns, i) => model.predictSync(columns, sizes[i]));
  for (let round = 0; round < 3; round++) {
    const promises = tables.map((columns, i) => {
      const given = columns.slice();
      const promise = model.predict(given, sizes[i]);
      given.fill(0);
      return promise;
    });
    assert.deepEqual(await Promise.all(promises), expected);
  }
});

test('many leads have the scores of each', async () => {
  const leads = Array.from({ length: 300 }, (_, i) => ({ ...lead, id: `a${i}`, job_title: i % 2 ? 'CTO' : 'intern' }));
  const results = await model.scoreMany(leads, { asOf });
  assert.deepEqual(results, leads.map((one) => model.score(one, { asOf })));
  const pairs = await model.scoreMany(leads.map((one) => [one, activities]), { asOf });
  assert.deepEqual(pairs, leads.map((one) => model.score(one, activities, { asOf })));
  async function* stream() {
    yield* leads.map((one) => JSON.stringify(one));
  }
  assert.deepEqual(await model.scoreMany(stream(), { asOf }), results);
});

test('of many leads the first that is at fault is named', async () => {
  const leads = Array.from({ length: 500 }, () => lead);
  leads[70] = '{"id":';
  leads[300] = '[]';
  leads[450] = 7;
  const error = await model.scoreMany(leads, { asOf }).catch((reason) => reason);
  assert.ok(error instanceof LeadscoreError);
  assert.deepEqual([error.code, error.index], ['LSC_BAD_JSON', 70]);
  leads[70] = leads[300] = lead;
  const last = await model.scoreMany(leads, { asOf }).catch((reason) => reason);
  assert.deepEqual([last.code, last.index], ['LSC_INVALID_ARG', 450]);
});

test('what is no list of leads is refused', async () => {
  for (const wrong of [undefined, null, 1, {}, 'text', [[]], [[lead, activities, 1]], [undefined]]) {
    await failsLater(model.scoreMany(wrong, { asOf }), 'LSC_INVALID_ARG', /./);
  }
  await failsLater(model.scoreMany([lead], {}), 'LSC_INVALID_ARG', /asOf/);
});

test('the event loop turns while a table is scored', async () => {
  const rows = 20000;
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await model.contributions(table(rows, width), rows);
  await model.contributions(table(rows, width), rows);
  clearInterval(timer);
  assert.ok(turns > 0);
});
