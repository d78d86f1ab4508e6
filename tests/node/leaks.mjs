// Whether the addon leaves memory behind, by gcc's LeakSanitizer, which a Node without it is given by LD_PRELOAD.
//
//     leaks.mjs PACKAGE LIBLSAN [EXCHANGES]
//
// Eight workers share a model while it is replaced; then stores, jobs, training and errors of each kind. Node
// itself leaves something, such as 40 bytes for each external that a worker has at its end: what counts is what was
// allocated by a function of ours, or of a library in the addon. The last line is "TESTS run failed".
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

import { exchange, isOver, newCell, sharedModel } from './shared_model.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..', '..');
const lead = { id: 'a1', email: 'ada@engines.example', job_title: 'VP Engineering' };
const WORKERS = 8;

function failed(call) {
  return Promise.resolve().then(call).then(() => { throw new Error('it must fail'); }, () => {});
}

async function useShared(leadscore, cell) {
  while (!isOver(cell)) {
    const model = sharedModel(leadscore, cell);
    model.score(lead, { asOf: 0 });
    await model.predict(new Float32Array(20 * model.nColumns), 20);
    if (Math.random() < 0.5) model.close(); // else the collector does, or the end
  }
}

function startWorker(packageFolder, cell) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { packageFolder, cell } });
  return new Promise((done) => worker.on('exit', done));
}

async function share(leadscore, bundles, exchanges, packageFolder) {
  const cell = newCell();
  const { last } = await exchange(leadscore, cell, {
    bundles,
    times: exchanges,
    pauseMs: 2,
    start: () => Array.from({ length: WORKERS }, () => startWorker(packageFolder, cell)),
  });
  last.close();
}

async function keep({ Store }, bundle, folder) {
  const key = new Uint8Array(32).fill(1);
  const store = Store.open(join(folder, 'a.db'), { create: true, key, actor: { time: 0 } });
  store.addOrganization('acme');
  store.setAudited(true);
  store.putLead('acme', lead, { aliases: 'none' });
  await failed(() => store.putLead('acme', '{', { aliases: 'none' }));
  const model = store.loadModel('acme', store.addModel('acme', bundle));
  await store.scoreAll('acme', model, { asOf: 0, progress() {} });
  await store.rekey({ bytes: new Uint8Array(32).fill(2), id: 'b' });
  store.noteTraining('acme', model.info.sha256, ['a1', 'a2']);
  await store.eraseLead('acme', 'a1');
  await store.countScores('acme');
  await store.countConversions('acme', { asOf: 0, horizonDays: 1 });
  await store.listPerformance('acme', { from: 0, until: 1, horizonDays: 1, known: 9e9 });
  await failed(() => store.listPerformance('acme', { from: 0, until: 1, horizonDays: 0, known: 9e9 }));
  await store.retain('acme', { leadsBefore: 1, progress() {} });
  await failed(() => store.retain('acme', {}));
  await store.verify();
  await failed(() => store.scoreAll('none', model, { asOf: 0 }));
  await failed(() => Store.open(join(folder, 'a.db'), { key }));
  model.close();
  store.close();
}

async function learn({ Aliases, drift, loadModel, signBundle, train, trainingRows }, folder) {
  const table = join(folder, 'leads.csv');
  const rows = Array.from({ length: 300 }, (_, i) => `${(i * 7919) % 1009},${(i * 31) % 29},${(i * 31) % 29 > 9 + i % 9}`);
  writeFileSync(table, ['size,visits,won', ...rows].join('\n'));
  const aliases = Aliases.parse({ format: 1, other: { deals: ['size'] } });
  const data = { table, label: 'won', exclude: ['deals'], aliases };
  const { bundle } = await train(data, { effort: 'quick', progress() {} });
  const model = loadModel(bundle, { selfTest: true });
  await drift(model, data);
  await trainingRows(data);
  await failed(() => train(data, { effort: 'quick', progress: () => false }));
  await failed(() => signBundle(bundle, 'no key'));
  model.score({ id: 'a1', size: 3 }, { asOf: 0, aliases });
  await model.scoreMany([{ id: 'a1', size: 3 }], { asOf: 0, aliases: 'none' });
  await failed(() => train({ ...data, label: 'no' }));
  await failed(() => Aliases.parse({ format: 1, other: { deals: ['size', 'size'] } }));
  model.close();
}

async function use(packageFolder, exchanges) {
  const leadscore = createRequire(import.meta.url)(packageFolder);
  const folder = mkdtempSync(join(tmpdir(), 'leadscore-leaks-'));
  const bundles = ['tests/golden/gbdt.lsm', 'models/starter.lsm'].map((path) => readFileSync(join(root, path)));
  await share(leadscore, bundles, exchanges, packageFolder);
  await keep(leadscore, bundles[0], folder);
  await learn(leadscore, folder);
  await failed(() => leadscore.loadModel(bundles[0].subarray(9)));
  rmSync(folder, { recursive: true });
}

/** Whether a function of ours allocated, without the help of Node or of XGBoost. */
function isOurs(leak) {
  const frames = leak.split('\n').filter((line) => /^ *#[1-9]/.test(line));
  const first = frames.findIndex((frame) => /\blsc_|bindings\/node|leadscore/.test(frame));
  return first >= 0 && !frames.slice(0, first).some((frame) => /napi_|xgboost|libgomp|\bnode\+/.test(frame));
}

function ours(report) {
  return report.split(/\n\n/).filter((each) => /^(Direct|Indirect) leak/.test(each) && isOurs(each));
}

function watch(packageFolder, library, exchanges) {
  const { stderr, error } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), packageFolder, '', exchanges], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LD_PRELOAD: library, LSAN_OPTIONS: 'fast_unwind_on_malloc=0:max_leaks=0' },
  });
  const whole = error === undefined && /SUMMARY: LeakSanitizer|^$/.test(stderr);
  const leaks = ours(stderr);
  console.log(leaks.slice(0, 5).join('\n\n'));
  if (!whole) {
    console.log(`${error ?? stderr.slice(-2000)}`);
  }
  const faults = leaks.length > 0 || !whole;
  console.log(`TESTS 1 ${faults ? 1 : 0}`);
  process.exitCode = faults ? 1 : 0;
}

if (!isMainThread) {
  await useShared(createRequire(import.meta.url)(workerData.packageFolder), new Int32Array(workerData.cell.buffer));
} else {
  const [packageFolder, library, exchanges = '1000'] = process.argv.slice(2);
  if (library === '') {
    await use(resolve(packageFolder), Number(exchanges));
  } else {
    watch(resolve(packageFolder), library, exchanges);
  }
}
