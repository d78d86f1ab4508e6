// What calls from Node take beside the same calls from C, turn by turn.
//
//     bench_node.mjs PACKAGE BENCH_CALL MODEL FOLDER [ROUNDS MS]
//
// PACKAGE is the folder of the package, BENCH_CALL the program that calls from C. Times are CPU time of the
// process, all its threads, medians of rounds; of tables also by the wall clock, until the scores are there.
// docs/benchmarks.md says more.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [folderOfPackage, program, modelPath, folder] = process.argv.slice(2, 6).map((path) => resolve(path));
const [rounds = 10, ms = 150] = process.argv.slice(6).map(Number);
const { loadModel } = createRequire(import.meta.url)(folderOfPackage);

const ROWS = 100000;
const SHORTER = 6; // turns of tables, as often: a processor's speed changes from one to the next
const CALLS = 1000; // a chunk of one call each: long against the clock, which counts microseconds
const AS_OF = 1775001600000;

const model = loadModel(modelPath);
const width = model.nColumns;

/** Vectors of a fixed sequence, a tenth of it missing. */
function makeRows() {
  const rows = new Float32Array(ROWS * width);
  let state = 12345;
  for (let i = 0; i < rows.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    rows[i] = state >>> 28 === 0 ? NaN : (state >>> 16) % 400 / 4;
  }
  return rows;
}

function makeLead() {
  const types = ['Email Opened', 'Page Viewed', 'Form Submitted'];
  return {
    id: 'lead-1', email: 'elena@cedar.example', job_title: 'Sales Manager', created_at: '2025-11-12T06:14:14Z',
    company: { name: 'Cedar', industry: 'software', employee_count: 648, technologies: ['aws', 'excel'] },
    activities: Array.from({ length: 30 }, (_, i) => ({
      id: `e${i}`, type: types[i % 3], time: new Date(AS_OF - (i + 1) * 7200000).toISOString(),
      source: 'web', data: { page: `/pricing/${i}`, seconds: i * 3 },
    })),
  };
}

const rows = makeRows();
const shared = model.newTable(ROWS);
shared.set(rows);
const lead = makeLead();
const leadJson = JSON.stringify(lead);
const vectors = Array.from({ length: 1000 }, (_, i) => rows.subarray(i * width, (i + 1) * width));

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'rows.f32'), rows);
writeFileSync(join(folder, 'lead.json'), leadJson);
const c = spawn(program, [modelPath, join(folder, 'rows.f32'), join(folder, 'lead.json')],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: c.stdout })[Symbol.asyncIterator]();

async function fromC(what, ms) {
  c.stdin.write(`${what} ${ms}\n`);
  return Number((await answers.next()).value);
}

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function wall() {
  return performance.now() * 1e6;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

/** ns a call by CPU time, and by the wall clock: medians of chunks. `prepare` makes what a call is given, untimed. */
async function time(call, units, ms, prepare) {
  const busy = [];
  const waited = [];
  const perChunk = units > 1 ? 1 : CALLS;
  const end = performance.now() + ms;
  while (performance.now() < end || busy.length < 3) {
    const given = prepare?.();
    const [start, from] = [cpu(), wall()];
    for (let i = 0; i < perChunk; i++) {
      const answer = call(i, given);
      if (units > 1) await answer;
    }
    waited.push((wall() - from) / perChunk / units);
    busy.push((cpu() - start) / perChunk / units);
  }
  return { busy: median(busy), waited: median(waited) };
}

let sink = 0; // so that nothing is left out as unused
const contests = {
  'one vector': {
    c: 'vector',
    'predict(vector)': (ms) => time((i) => { sink += model.predict(vectors[i % 1000]); }, 1, ms),
    'scoreVector(vector)': (ms) => time((i) => { sink += model.scoreVector(vectors[i % 1000]).score; }, 1, ms),
  },
  'a row of 100,000': {
    c: 'batch',
    waited: 'waited',
    'predictSync()': (ms) => time(() => model.predictSync(rows, ROWS), ROWS, ms),
    'predict(), transfer': (ms) => time((i, own) => model.predict(own, ROWS, { transfer: true }), ROWS, ms,
      () => rows.slice()),
    'predict(), shared': (ms) => time(() => model.predict(shared, ROWS), ROWS, ms),
    'predict()': (ms) => time(() => model.predict(rows, ROWS), ROWS, ms),
  },
  'a lead with 30 activities': {
    c: 'lead',
    'score(text)': (ms) => time(() => { sink += model.score(leadJson, { asOf: AS_OF }).score; }, 1, ms),
    'score(object)': (ms) => time(() => { sink += model.score(lead, { asOf: AS_OF }).score; }, 1, ms),
    'JSON.stringify() alone': (ms) => time(() => { sink += JSON.stringify(lead).length; }, 1, ms),
  },
};

console.log(`${model.info.name}: ${model.info.nTrees} trees, ${width} columns; Node ${process.version}`);
/** A table of ways: what each takes, what of it is on top of C, and as a multiple of that. */
function print(name, times) {
  console.log(`\n${name}, ns`);
  for (const [way, each] of Object.entries(times)) {
    const over = median(each.map((ns, round) => ns - times['from C'][round]));
    const ratio = median(each.map((ns, round) => ns / times['from C'][round]));
    console.log(`  ${way.padEnd(24)}${median(each).toFixed(1).padStart(10)}` +
      `${over.toFixed(1).padStart(10)}${ratio.toFixed(3).padStart(9)}`);
  }
}

for (const [name, { c: what, waited, ...ways }] of Object.entries(contests)) {
  const times = { busy: { 'from C': [] }, waited: { 'from C': [] } };
  const shorter = waited ? SHORTER : 1;
  for (let round = 0; round < rounds * shorter; round++) {
    times.busy['from C'].push(await fromC(what, ms / shorter));
    if (waited) times.waited['from C'].push(await fromC(waited, ms / shorter));
    for (const [way, run] of Object.entries(ways)) {
      const each = await run(ms / shorter);
      (times.busy[way] ??= []).push(each.busy);
      (times.waited[way] ??= []).push(each.waited);
    }
  }
  print(name, times.busy);
  if (waited) print(`${name}, by the wall clock`, times.waited);
}
c.stdin.end();
await once(c, 'close');
if (!Number.isFinite(sink)) process.exitCode = 1;
