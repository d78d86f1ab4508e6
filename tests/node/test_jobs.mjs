// What takes long: told of, stopped, and ended with the program that began it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

import { Store, loadModel } from 'leadscore';

import { asOf, failsLater, gbdt, scratch } from './node_support.mjs';

const LEADS = 3000;

/** A store whose leads take a while. */
function large(name) {
  const store = Store.open(join(scratch, name), { create: true, durability: 'off' });
  store.addOrganization('acme');
  store.transaction(() => {
    for (let i = 0; i < LEADS; i++) {
      store.putLead('acme', { id: `a${i}`, email: `jo@c${i}.example` });
    }
  });
  const model = store.loadModel('acme', store.addModel('acme', gbdt));
  return { store, model };
}

if (!isMainThread) {
  const { store, model } = large('worker.db');
  parentPort.postMessage('working');
  await store.scoreAll('acme', model, { asOf, progress: () => true });
  parentPort.postMessage('done');
} else {
  const { store, model } = large('jobs.db');

  test('one is told how far it is, and not after the end', async () => {
    const news = [];
    const counts = await store.scoreAll('acme', model, { asOf, progress: (each) => news.push(each) });
    assert.deepEqual(counts, { scored: LEADS, changed: LEADS });
    assert.ok(news.length > 0 && news.every(({ scored }, i) => i === 0 || scored > news[i - 1].scored));
    assert.deepEqual(Object.keys(news[0]), ['scored', 'changed']);
    const told = news.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(news.length, told);
    const bytes = [];
    await store.backup(join(scratch, 'jobs.backup'), { progress: (each) => { bytes.push(each); } });
    assert.ok(bytes.every((each) => each.bytes <= each.all && each.all > 0));
    const leads = join(scratch, 'jobs.ndjson');
    writeFileSync(leads, Array.from({ length: LEADS }, (_, i) => `{"id":"b${i}"}\n`).join(''));
    const lines = [];
    await store.ingest('acme', { leads, batch: 100, progress: (each) => { lines.push(each.lines); } });
    assert.ok(lines.length > 0 && lines.every((each) => each <= LEADS));
  });

  test('a callback that throws is what the promise is rejected with', async () => {
    const thrown = new Error('mine');
    await assert.rejects(store.scoreAll('acme', model, { asOf, progress() { throw thrown; } }), thrown);
    assert.ok(store.count().scores > 0); // the store works on
    for (const odd of [undefined, null, 'text']) {
      const reason = await store.scoreAll('acme', model, { asOf, progress() { throw odd; } }).then(
        () => 'fulfilled', (error) => error);
      assert.equal(reason, odd);
    }
  });

  test('false stops it', async () => {
    await failsLater(store.scoreAll('acme', model, { asOf, progress: () => false }), 'LSC_CANCELLED', /./);
  });

  test('a signal stops it, and says why', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const scoring = store.scoreAll('acme', model, { asOf, signal: controller.signal });
    controller.abort(reason);
    const error = await scoring.catch((each) => each);
    assert.deepEqual([error.code, error.cause], ['LSC_CANCELLED', reason]);
    const again = await store.scoreAll('acme', model, { asOf, signal: controller.signal }).catch((each) => each);
    assert.deepEqual([again.code, again.cause], ['LSC_CANCELLED', reason]);
    assert.equal(store.count().leads, 2 * LEADS);
    const never = new AbortController();
    await store.scoreAll('acme', model, { asOf, signal: never.signal });
    never.abort();
  });

  test('a signal may be of any make', async () => {
    const stopped = { aborted: true, reason: 'enough', addEventListener() {}, removeEventListener() {} };
    await assert.rejects(Store.open(null).scoreAll('acme', loadModel(gbdt), { asOf, signal: stopped }),
      ({ code, cause }) => code === 'LSC_CANCELLED' && cause === 'enough');
  });

  test('what is no callback and no signal is refused', async () => {
    for (const wrong of [null, 1, {}, 'x']) {
      await failsLater(store.scoreAll('acme', model, { asOf, progress: wrong }), 'LSC_INVALID_ARG', /progress is/);
      await failsLater(store.scoreAll('acme', model, { asOf, signal: wrong }), 'LSC_INVALID_ARG', /signal is/);
    }
  });

  test('a worker that is ended ends its jobs', async () => {
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(new URL(import.meta.url));
      const first = await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      assert.equal(first, 'working');
      await new Promise((resolve) => setTimeout(resolve, i * 10));
      await worker.terminate();
    }
  });

  test('a program that ends amid jobs ends well, and at once', () => {
    const script = join(scratch, '..', 'ends_jobs.mjs');
    writeFileSync(script, `
      import { Store } from 'leadscore';
      const store = Store.open(${JSON.stringify(join(scratch, 'jobs.db'))});
      const model = store.loadModel('acme', store.listModels('acme')[0].sha256);
      store.scoreAll('acme', model, { asOf: '2026-05-01', progress() {} }).then(() => process.exit(9));
      setTimeout(() => process.exit(7), 3);
    `);
    const done = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    assert.equal(done.status, 7, done.stderr);
  });
}
