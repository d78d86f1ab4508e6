// Workers: the addon is loaded by each, and a model's file is exchanged under them.
import assert from 'node:assert/strict';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { loadModel, loadModelAsync, loadShared } from 'leadscore';

import { activities, asOf, gbdt, lead, readBytes, scratch, starter, table } from './node_support.mjs';
import { exchange, isOver, newCell, sharedModel } from './shared_model.mjs';

const WORKERS = 8;
const EXCHANGES = 1000;

/** Loads the file over and over, and compares what it says with what that very model said before. */
async function workOn({ path, expected, stop }) {
  const seen = new Set();
  let loads = 0;
  while (Atomics.load(new Int32Array(stop), 0) === 0 || seen.size < 2) {
    const model = loads % 2 === 0 ? loadModel(path) : await loadModelAsync(path);
    const { sha256 } = model.info;
    assert.deepEqual(model.score(lead, activities, { asOf }), expected[sha256].result);
    const rows = 20;
    const later = model.predict(table(rows, model.nColumns), rows, { output: 'margin' });
    model.close();
    assert.deepEqual(await later, expected[sha256].margins);
    seen.add(sha256);
    loads++;
  }
  return loads;
}

function expectedOf(path) {
  const model = loadModel(path);
  return [model.info.sha256, {
    result: model.score(lead, activities, { asOf }),
    margins: model.predictSync(table(20, model.nColumns), 20, { output: 'margin' }),
  }];
}

function ended(worker) {
  return new Promise((resolve, reject) => {
    let answer;
    worker.on('message', (message) => { answer = message; });
    worker.on('error', reject);
    worker.on('exit', () => resolve(answer));
  });
}

/** Scores with the model that is shared, over and over. */
async function workTogether({ expected, cells }) {
  const cell = new Int32Array(cells);
  const seen = new Set();
  let rounds = 0;
  while (!isOver(cell)) {
    const model = sharedModel({ loadShared }, cell);
    const { sha256 } = model.info;
    assert.deepEqual(model.score(lead, activities, { asOf }), expected[sha256].result);
    const later = model.predict(table(20, model.nColumns), 20, { output: 'margin' });
    if (rounds % 2 === 0) {
      model.close(); // else the collector does
    }
    assert.deepEqual(await later, expected[sha256].margins);
    seen.add(sha256);
    rounds++;
  }
  return { rounds, seen: seen.size };
}

if (!isMainThread && workerData.kind === 'exchange') {
  parentPort.postMessage(await workOn(workerData));
} else if (!isMainThread && workerData.kind === 'share') {
  parentPort.postMessage(await workTogether(workerData));
} else if (!isMainThread && workerData.kind === 'endless') {
  const model = loadModel(gbdt);
  const rows = 20000;
  const columns = table(rows, model.nColumns);
  parentPort.postMessage('working');
  for (;;) {
    await Promise.all([model.contributions(columns, rows), model.predict(columns, rows),
      model.scoreMany(Array(100).fill(lead), { asOf })]);
  }
} else {
  test('eight workers score with a file that is replaced a thousand times', async () => {
    const path = join(scratch, 'shared.lsm');
    copyFileSync(gbdt, path);
    const stop = new SharedArrayBuffer(4);
    const expected = Object.fromEntries([expectedOf(gbdt), expectedOf(starter)]);
    const workers = Array.from({ length: WORKERS }, () => ended(new Worker(new URL(import.meta.url), {
      workerData: { kind: 'exchange', path, expected, stop },
    })));
    for (let i = 0; i < EXCHANGES; i++) {
      copyFileSync(i % 2 === 0 ? starter : gbdt, `${path}.new`);
      renameSync(`${path}.new`, path);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const toggling = setInterval(() => { // until the last worker has seen both
      copyFileSync(Math.random() < 0.5 ? starter : gbdt, `${path}.new`);
      renameSync(`${path}.new`, path);
    }, 5);
    Atomics.store(new Int32Array(stop), 0, 1);
    const loads = await Promise.all(workers);
    clearInterval(toggling);
    assert.ok(loads.every((each) => each >= 2), `${loads}`);
  });

  test('eight workers share a model in place while it is replaced a thousand times', async () => {
    const cell = newCell();
    const expected = Object.fromEntries([expectedOf(gbdt), expectedOf(starter)]);
    const begin = () => ended(new Worker(new URL(import.meta.url), {
      workerData: { kind: 'share', expected, cells: cell.buffer },
    }));
    const { last, answers } = await exchange({ loadModel }, cell, {
      bundles: [gbdt, starter].map((path) => readBytes(path)),
      times: EXCHANGES,
      pauseMs: 1,
      start: () => Array.from({ length: WORKERS }, begin),
    });
    for (const { rounds, seen } of answers) {
      assert.ok(rounds > 1 && seen === 2, `${rounds} rounds, ${seen} models`);
    }
    assert.equal(last.score(lead, { asOf }).status, 'scored');
  });

  test('a ticket that is none, or none any more, is refused', () => {
    const model = loadModel(gbdt);
    const ticket = model.share();
    assert.equal(model.share(), ticket);
    const other = loadShared(ticket);
    model.close();
    assert.throws(() => model.share(), { code: 'LSC_INVALID_ARG' });
    assert.equal(other.score(lead, { asOf }).status, 'scored');
    assert.throws(() => loadShared(ticket), { code: 'LSC_NOT_FOUND' });
    assert.notEqual(other.share(), ticket);
    for (const wrong of [undefined, null, -1, 0.5, '1', {}]) {
      assert.throws(() => loadShared(wrong), { code: 'LSC_INVALID_ARG' });
    }
  });

  test('a worker that is ended amid its work takes nothing with it', async () => {
    for (let i = 0; i < 8; i++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: { kind: 'endless' } });
      await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      await new Promise((resolve) => setTimeout(resolve, i * 5));
      await worker.terminate();
    }
    assert.equal(loadModel(gbdt).score(lead, activities, { asOf }).status, 'scored');
  });

  test('a program whose main thread ends amid work ends well', async () => {
    const { spawnSync } = await import('node:child_process');
    const script = join(scratch, '..', 'ends.mjs');
    writeFileSync(script, `
      import { loadModel, Store } from 'leadscore';
      const model = loadModel(${JSON.stringify(gbdt)});
      const columns = new Float32Array(20000 * model.nColumns);
      model.contributions(columns, 20000);
      model.scoreMany(Array(500).fill({ id: 'a1', email: 'a@b.example' }), { asOf: 0 });
      Store.open(null).begin();
      setTimeout(() => process.exit(7), 3);
    `);
    const done = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    assert.equal(done.status, 7, done.stderr);
  });
}
