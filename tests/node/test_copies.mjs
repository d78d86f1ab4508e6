// predict() copies a table while the pool scores what was copied of it, a large one in two threads.
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, open, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadModel } from 'leadscore';

import { failsLater, gbdt, scratch, starter, table } from './node_support.mjs';

const POOL = 4; // Node's threads, unless UV_THREADPOOL_SIZE says otherwise
const model = loadModel(gbdt);
const width = model.nColumns;
// As node_table_job.c divides a table.
const PIECE = 64 * Math.floor(32768 / 64 / (width + 1));
const ROWS_FOR_TWO = 4096;

test('a table of any number of pieces has the scores of one call, to the bit', async () => {
  assert.ok(PIECE > 64);
  const sizes = [1, 63, 64, 65, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7];
  for (const each of [model, loadModel(starter)]) {
    for (const rows of sizes) {
      const columns = table(rows, each.nColumns, rows);
      const margins = await each.predict(columns, rows, { output: 'margin' });
      assert.deepEqual(margins, each.predictSync(columns, rows, { output: 'margin' }));
      assert.deepEqual(await each.predict(columns, rows), each.predictSync(columns, rows));
    }
  }
  const rows = PIECE + 3;
  const columns = table(rows, width);
  assert.deepEqual(await model.contributions(columns, rows), model.contributionsSync(columns, rows));
});

test('a table that two threads share has them, too', async () => {
  assert.ok(ROWS_FOR_TWO > 4 * PIECE);
  for (const rows of [ROWS_FOR_TWO - 1, ROWS_FOR_TWO, ROWS_FOR_TWO + 1, 20 * ROWS_FOR_TWO + PIECE + 1]) {
    const columns = table(rows, width, rows);
    const shared = model.newTable(rows);
    shared.set(columns);
    const expected = model.predictSync(columns, rows);
    const all = [model.predict(columns, rows), model.predict(shared, rows), model.predict(columns, rows)];
    assert.deepEqual(await Promise.all(all), [expected, expected, expected]);
    assert.deepEqual(await model.predict(columns, rows, { transfer: true }), expected);
  }
  const rows = ROWS_FOR_TWO + PIECE + 1;
  const columns = table(rows, width);
  assert.deepEqual(await model.contributions(columns, rows), model.contributionsSync(columns, rows));
});

test('of several infinities the first is named, whichever thread meets one first', async () => {
  const rows = 2 * ROWS_FOR_TWO;
  const columns = table(rows, width);
  const pieces = rows / PIECE;
  for (let i = 0; i < 100; i++) {
    const given = columns.slice();
    const at = [0, 1, 2].map((k) => ((i * 7 + k * k) % pieces) * PIECE + (i * 31) % PIECE);
    at.forEach((row) => { given[row * width + 1] = Infinity; });
    const expected = new RegExp(`^row ${Math.min(...at)}, column 1 `);
    await failsLater(model.predict(given, rows), 'LSC_INVALID_ARG', expected);
    await failsLater(model.predict(given, rows, { transfer: true }), 'LSC_INVALID_ARG', expected);
  }
});

test('an infinity in a later piece is named by its row', async () => {
  const rows = 4 * PIECE;
  const columns = table(rows, width);
  columns[(3 * PIECE + 5) * width + 2] = -Infinity;
  columns[(3 * PIECE + 5) * width + 9] = Infinity;
  const expected = new RegExp(`row ${3 * PIECE + 5}, column 2 .*is -infinity`);
  assert.throws(() => model.predictSync(columns, rows), expected);
  await failsLater(model.predict(columns, rows), 'LSC_INVALID_ARG', expected);
  const shared = model.newTable(rows);
  shared.set(columns);
  await failsLater(model.predict(shared, rows), 'LSC_INVALID_ARG', expected);
  await failsLater(model.contributions(columns, rows, { transfer: true }), 'LSC_INVALID_ARG', expected);
});

test('what becomes of the array and the model after the call does not matter', async () => {
  const rows = 20 * PIECE;
  const columns = table(rows, width);
  const expected = model.predictSync(columns, rows);
  const own = loadModel(gbdt);
  const changed = columns.slice();
  const first = own.predict(changed, rows);
  changed.fill(Infinity);
  const given = columns.slice();
  const second = own.predict(given, rows);
  structuredClone(given.buffer, { transfer: [given.buffer] });
  own.close();
  assert.equal(given.length, 0);
  assert.deepEqual(await first, expected);
  assert.deepEqual(await second, expected);
});

/** Keeps threads of the pool waiting, all of them or fewer, until `free` is called. */
function holdPool(name, threads = POOL) {
  const paths = Array.from({ length: threads }, (_, i) => join(scratch, `${name}${i}`));
  execFileSync('mkfifo', paths);
  const opened = paths.map((path) => new Promise((resolve, reject) => {
    open(path, 'r', (error, file) => (error ? reject(error) : resolve(closeSync(file))));
  }));
  const free = async () => {
    const files = paths.map((path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    await Promise.all(opened);
    files.forEach(closeSync);
  };
  return free;
}

test('a pool that is busy does not keep the caller', async () => {
  const rows = 10 * PIECE;
  const columns = table(rows, width);
  const expected = model.predictSync(columns, rows);
  const free = holdPool('all');
  const later = [model.predict(columns, rows), model.predict(columns, rows)];
  columns.fill(0);
  await free();
  assert.deepEqual(await Promise.all(later), [expected, expected]);
});

test('one free thread of the pool is enough for a large table', { timeout: 60000 }, async () => {
  const rows = 2 * ROWS_FOR_TWO;
  const columns = table(rows, width);
  const free = holdPool('most', POOL - 1);
  try {
    assert.deepEqual(await model.predict(columns, rows), model.predictSync(columns, rows));
    columns[1] = Infinity;
    await failsLater(model.predict(columns, rows), 'LSC_INVALID_ARG', /^row 0, column 1 /);
  } finally {
    await free();
  }
});

test('a hook that takes the array away is seen', async () => {
  const rows = 2 * PIECE;
  const columns = table(rows, width);
  let taken = false;
  const hook = createHook({
    init(id, type) {
      if (type === 'leadscore' && !taken) {
        taken = true;
        structuredClone(columns.buffer, { transfer: [columns.buffer] });
      }
    },
  }).enable();
  const later = model.predict(columns, rows);
  hook.disable();
  assert.ok(taken);
  await failsLater(later, 'LSC_INVALID_ARG', /not of the sizes/);
  assert.equal((await model.predict(table(rows, width), rows)).length, rows);
});

test('where there is no memory for a copy the promise says so, and the next one is kept', (t) => {
  if (spawnSync('prlimit', ['--version']).status !== 0) {
    t.skip('prlimit is not there');
    return;
  }
  const script = join(scratch, '..', 'no_room.mjs');
  writeFileSync(script, `
    import { execFileSync } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    import { loadModel } from 'leadscore';
    const model = loadModel(${JSON.stringify(gbdt)});
    const small = new Float32Array(10 * model.nColumns);
    await model.predict(small, 10); // the pool is there now
    const rows = Math.floor(2 ** 27 / model.nColumns); // 512 MiB
    const large = new Float32Array(rows * model.nColumns);
    const kB = Number(/VmSize:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + 1024 * (kB + 256 * 1024) + ':']);
    const code = await model.predict(large, rows).then(() => 'none', (error) => error.code);
    console.log(code, (await model.predict(small, 10)).length);
  `);
  const done = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(done.stdout, 'LSC_NO_MEMORY 10\n', done.stderr);
});
