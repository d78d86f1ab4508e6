// Training, and measuring a model.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

import { Store, drift, evaluate, inferSpec, loadModel, metrics, train, trainingRows, writeBundle } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, scratch, starter } from './node_support.mjs';

const LEADS = 400;
const table = join(scratch, 'leads.csv');
const data = { table, label: 'converted', id: 'id' };
const quick = { effort: 'quick', seed: 3 };

/** Numbers of a fixed sequence, in [0, 1). */
function* random(seed) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield (state >>> 8) / 2 ** 24;
  }
}

/** A table in which visits and one industry tell how it ends. */
function makeTable() {
  const numbers = random(7);
  const next = () => numbers.next().value;
  const rows = Array.from({ length: LEADS }, (_, i) => {
    const visits = Math.floor(next() * 30);
    const industry = ['software', 'retail', 'bank'][Math.floor(next() * 3)];
    const odds = visits / 5 + (industry === 'software' ? 1.5 : 0) - 3.5;
    return `r${i},${Math.floor(next() * 1000)},${industry},${visits},${next() < 1 / (1 + Math.exp(-odds)) ? 'yes' : 'no'}`;
  });
  writeFileSync(table, ['id,size,industry,visits,converted', ...rows, ''].join('\n'));
}

/** The same as leads with activities and outcomes in a store. */
function makeStore(name, key) {
  const path = join(scratch, name);
  const store = Store.open(path, { create: true, durability: 'off', key });
  const numbers = random(9);
  const next = () => numbers.next().value;
  const day = 86400000;
  const start = Date.parse('2025-01-01');
  store.addOrganization('acme');
  store.transaction(() => {
    for (let i = 0; i < LEADS; i++) {
      const created = start + Math.floor(next() * 500) * day;
      const demos = Math.floor(next() * 4);
      store.putLead('acme', { id: `a${i}`, email: `jo@c${i}.example`, created_at: new Date(created) });
      store.addActivities('acme', `a${i}`, Array.from({ length: demos + 1 }, (_, k) => (
        { id: `${i}.${k}`, type: k > 0 ? 'Demo Requested' : 'Page Viewed', time: new Date(created + k * 3600000) })));
      if (next() < 0.1 + demos * 0.25) {
        store.addOutcome('acme', `a${i}`, { time: new Date(created + (20 + Math.floor(next() * 30)) * day), converted: true });
      }
    }
    store.putLead('acme', { id: 'last', created_at: '2026-07-20' });
    store.addActivities('acme', 'last', [{ id: 'x', type: 'Page Viewed', time: '2026-07-21' }]);
  });
  store.close();
  return { store: path, organization: 'acme', key };
}

if (!isMainThread) {
  parentPort.postMessage('working');
  await train(data, { effort: 'best', progress() {} });
} else {
  makeTable();
  const trained = await train(data, quick);
  const model = loadModel(trained.bundle, { selfTest: true });

  test('a model is trained on a table, and the same again', async () => {
    const news = [];
    const again = await train(data, { ...quick, progress: (each) => { news.push(each); } });
    assert.deepEqual(again, trained);
    assert.ok(news.length > 0);
    for (const { stage, fraction } of news) {
      assert.ok(typeof stage === 'string' && (fraction === null || (fraction >= 0 && fraction <= 1)));
    }
    assert.equal(model.info.engine, 'gbdt');
    assert.equal(trained.gatePassed, model.info.gatePassed);
    assert.ok(trained.gateReasons.length >= 2 && trained.metrics.roc_auc.value > 0.7);
    assert.ok(model.score({ visits: 29, industry: 'software' }, { asOf }).probability >
      model.score({ visits: 0, industry: 'bank' }, { asOf }).probability);
    const path = join(scratch, 'trained.lsm');
    writeBundle(path, trained.bundle);
    assert.equal(loadModel(path).info.sha256, model.info.sha256);
  });

  test('what is given is what the bundle says', async () => {
    const { spec, notes } = await inferSpec({ ...data, exclude: ['size'] });
    assert.deepEqual(spec.features.map(({ name }) => name).sort(), ['industry', 'visits']);
    assert.ok(notes.length > 0);
    const made = await train(data, { ...quick, spec, name: 'mine', version: '7', created: asOf, folds: 3, threads: 2,
      gateAuc: 0.99, incumbent: model, learner: 'additive' });
    const info = loadModel(made.bundle).info;
    assert.deepEqual([info.name, info.version, info.gatePassed], ['mine', '7', false]);
    assert.equal(JSON.parse(Buffer.from(loadModel(made.bundle).member('manifest.json'))).created, '2026-04-01T00:00:00Z');
  });

  test('a model is trained on the leads of a store, encrypted too', async () => {
    const plain = await train(makeStore('train.db'), { ...quick, horizonDays: 60, everyDays: 10, rowsPerLead: 2 });
    const key = new Uint8Array(32).fill(3);
    const where = makeStore('train_secret.db', key);
    const secret = await train(where, { ...quick, horizonDays: 60, everyDays: 10, rowsPerLead: 2 });
    assert.deepEqual(secret.bundle, plain.bundle);
    const result = loadModel(plain.bundle).score(lead, activities, { asOf });
    assert.equal(result.status, 'scored');
    await failsLater(train({ ...where, key: undefined }, quick), 'LSC_BAD_KEY', /train_secret/);
    const measured = await evaluate(loadModel(plain.bundle), where, { horizonDays: 60, everyDays: 10 });
    assert.ok(measured.roc_auc.value > 0.5);
  });

  test('an audited store is learnt from by who says so', async () => {
    const where = makeStore('train_audited.db', new Uint8Array(32).fill(4));
    const audited = Store.open(where.store, { key: where.key, actor: { time: 0 } });
    audited.setAudited(true);
    const rows = { horizonDays: 60, everyDays: 10 };
    for (const actor of [undefined, null]) {
      await failsLater(train({ ...where, actor }, quick), 'LSC_INVALID_ARG', /is audited.* who acts/);
    }
    await failsLater(train({ ...where, actor: { uuid: 'jo' } }, quick), 'LSC_INVALID_ARG', /UUID/);
    await failsLater(train({ ...where, actor: 'jo' }, quick), 'LSC_INVALID_ARG', /actor is a String/);
    await failsLater(train({ ...data, actor: {} }, quick), 'LSC_INVALID_ARG', /no actor/);
    const uuid = '3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7';
    const from = { ...where, actor: { uuid, time: asOf } };
    const trained = loadModel((await train(from, { ...quick, ...rows })).bundle);
    assert.ok((await evaluate(trained, { ...where, actor: { uuid } }, rows)).roc_auc.value > 0.5);
    assert.equal(typeof (await drift(trained, { ...where, actor: {} }, { asOf: '2026-04-01' })).verdict, 'string');
    const noted = audited.listAudit('acme', { action: 'read all leads' });
    assert.deepEqual(noted.map(({ actor }) => actor), [uuid, uuid, null]);
    assert.equal(noted[0].time.getTime(), new Date(asOf).getTime());
    assert.ok(noted[1].time > noted[0].time);
    audited.close();
  });

  test('the rows of training are given out', async () => {
    const made = await trainingRows(data, { spec: model.spec });
    assert.deepEqual(made.columns, model.columns);
    assert.deepEqual([made.ids.length, made.ids[0], made.asOf[0]], [LEADS, 'r0', null]);
    assert.equal(made.rows.length, LEADS * made.columns.length);
    assert.ok(made.labels.every((label) => label === 0 || label === 1) && made.labels.includes(1));
    const times = await trainingRows(makeStore('rows.db'), { horizonDays: 60, everyDays: 10, rowsPerLead: 2 });
    assert.ok(times.asOf.every((time) => time instanceof Date) && times.ids.length > LEADS);
    const signal = AbortSignal.abort();
    await failsLater(trainingRows(data, { signal }), 'LSC_CANCELLED', /./);
  });

  test('what a training read of a store is noted there', async () => {
    const from = makeStore('noted.db', Buffer.alloc(32, 5));
    const store = Store.open(from.store, { key: from.key });
    const rows = { ...quick, horizonDays: 60, everyDays: 10 };
    const unnoted = await train(from, { ...rows, seed: 4, noted: false });
    const noted = await train(from, rows);
    assert.ok(!Buffer.from(unnoted.bundle).equals(noted.bundle));
    assert.deepEqual([unnoted.leadsGone, noted.leadsGone], [0, 0]);
    const sha256 = createHash('sha256').update(noted.bundle).digest('hex');
    assert.deepEqual(await store.eraseLead('acme', 'a1'), [sha256]);
    let left = 2; // to be deleted once it has begun; it goes on for long enough
    const late = await train(from, { ...rows, foldRepeats: 4, progress() {
      for (; left > 0; left--) {
        store.deleteLead('acme', `a${left + 5}`);
      }
    } });
    assert.equal(late.leadsGone, 2);
    await failsLater(train(from, { ...rows, noted: 1 }), 'LSC_INVALID_ARG', /noted/);
    store.close();
  });

  test('a model is measured, and leads are compared with those of its training', async () => {
    const measured = await evaluate(model, data, { seed: 1 });
    assert.ok(measured.roc_auc.value > 0.7 && measured.n_rows === LEADS);
    const moved = await drift(model, data);
    assert.ok(moved.features.length > 0 && typeof moved.verdict === 'string');
    await failsLater(drift(loadModel(starter), data), 'LSC_UNSUPPORTED', /reference/);
    const told = metrics([0, 1, true, false], Float32Array.of(0.125, 0.75, 0.5, 0.25), { seed: 2 });
    assert.equal(told.roc_auc.value, 1);
    assert.deepEqual(metrics(Uint8Array.of(0, 1), [0, 1]), metrics([false, true], [0, 1]));
  });

  test('it is stopped by a signal, and by a callback', async () => {
    const controller = new AbortController();
    const training = train(data, { effort: 'best', signal: controller.signal, progress: () => controller.abort(new Error('enough')) });
    const error = await training.catch((each) => each);
    assert.deepEqual([error.code, error.cause?.message], ['LSC_CANCELLED', 'enough']);
    const thrown = new Error('mine');
    await assert.rejects(train(data, { effort: 'best', progress() { throw thrown; } }), thrown);
    await failsLater(train(data, { effort: 'best', progress: () => false }), 'LSC_CANCELLED', /./);
  });

  test('what cannot be trained on is refused, saying why', async () => {
    const one = join(scratch, 'one.csv');
    writeFileSync(one, 'size,converted\n1,yes\n2,yes\n3,yes\n');
    await failsLater(train({ table: one, label: 'converted' }, quick), 'LSC_BAD_DATA', /./);
    await failsLater(train({ table: one, label: 'end' }, quick), 'LSC_BAD_CSV', /end/);
    await failsLater(train({ table: join(scratch, 'none.csv'), label: 'x' }, quick), 'LSC_NOT_FOUND', /none\.csv/);
    await failsLater(train({ ...data, exclude: ['nothing'] }, quick), 'LSC_NOT_FOUND', /nothing/);
    await failsLater(train(data, { ...quick, spec: '{' }), 'LSC_BAD_JSON', /./);
    await failsLater(train(data, { ...quick, spec: { features: 1 } }), 'LSC_BAD_SPEC', /./);
    for (const [wrong, words] of [[undefined, /one of leads/], [{}, /one of leads/], [[], /data is an array/],
      [{ table, leads: 'x' }, /one of leads/], [{ table, activities: 'x' }, /no activities/], [{ leads: 1 }, /leads is/],
      [{ store: 'x' }, /organization is/], [{ events: 'x' }, /map is/], [{ ...data, delimiter: ';;' }, /delimiter/],
      [{ ...data, exclude: 'size' }, /exclude is/], [{ ...data, include: [1] }, /include\[0\]/]]) {
      await failsLater(train(wrong, quick), 'LSC_INVALID_ARG', words);
    }
    for (const [wrong, words] of [[{ effort: 'most' }, /effort is most/], [{ horizonDays: -1 }, /horizonDays/],
      [{ horizonDays: '9' }, /horizonDays/], [{ seed: 0.5 }, /seed/], [{ gateAuc: 2 }, /gateAuc/], [{ spec: 7 }, /spec is/],
      [{ incumbent: {} }, /model is/], [{ modelType: 'both' }, /modelType/], [{ threads: 0 }, /threads/],
      [{ created: 'soon' }, /soon/], [{ epochs: 3 }, /no epochs/], [{ asOf }, /asOf is/], [{ dropLeaks: 1 }, /dropLeaks/]]) {
      await failsLater(train(data, { ...quick, ...wrong }), 'LSC_INVALID_ARG', words);
    }
    const closed = loadModel(gbdt);
    closed.close();
    await failsLater(evaluate(closed, data), 'LSC_INVALID_ARG', /closed/);
    fails(() => metrics([0, 1], [0.5]), 'LSC_INVALID_ARG', /as many/);
    fails(() => metrics([0, 2], [0.5, 0.5]), 'LSC_INVALID_ARG', /labels\[1\] is 2/);
    fails(() => metrics([0, 1], [0.5, NaN]), 'LSC_INVALID_ARG', /1/);
    fails(() => metrics([0, 1], [0.5, null]), 'LSC_INVALID_ARG', /probabilities\[1\]/);
    fails(() => metrics([1, 1], [0.5, 0.5]), 'LSC_BAD_DATA', /./);
    fails(() => metrics(7, []), 'LSC_INVALID_ARG', /labels is/);
  });

  test('without the library of XGBoost all works but training, and it says so', () => {
    const script = join(scratch, '..', 'no_xgboost.mjs');
    writeFileSync(script, `
      import { evaluate, loadModel, train } from 'leadscore';
      const data = ${JSON.stringify(data)};
      const model = loadModel(${JSON.stringify(gbdt)});
      model.score({ id: 'a1' }, { asOf: 0 });
      await evaluate(loadModel(${JSON.stringify(join(scratch, 'trained.lsm'))}), data);
      await train(data, { xgboost: '/none/libxgboost.so' }).catch((error) => console.log(error.code, error.message));
      const { default: xgboost } = await import('node:process');
      const loaded = xgboost.report.getReport().sharedObjects.filter((each) => each.includes('xgboost'));
      console.log(loaded.length);
    `);
    const done = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    const [said, loaded] = done.stdout.split('\n');
    assert.match(said, /^LSC_UNSUPPORTED training needs XGBoost's library: .*none\/libxgboost\.so/, done.stderr);
    assert.equal(loaded, '0');
  });

  test('a library of XGBoost may be named', () => {
    const found = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).match(/=> (\S*libxgboost\.so\S*)/);
    const script = join(scratch, '..', 'named_xgboost.mjs');
    writeFileSync(script, `
      import { train } from 'leadscore';
      const { gatePassed } = await train(${JSON.stringify(data)},
        { ...${JSON.stringify(quick)}, xgboost: ${JSON.stringify(found[1])} });
      console.log(typeof gatePassed);
    `);
    assert.equal(execFileSync(process.execPath, [script], { encoding: 'utf8' }), 'boolean\n');
  });

  test('a program and a worker that end amid training end at once', async () => {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await worker.terminate();
    const script = join(scratch, '..', 'ends_training.mjs');
    writeFileSync(script, `
      import { train } from 'leadscore';
      train(${JSON.stringify(data)}, { effort: 'best', progress: () => process.exit(7) });
    `);
    assert.equal(spawnSync(process.execPath, [script]).status, 7);
  });
}
