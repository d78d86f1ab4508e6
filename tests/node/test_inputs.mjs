// What is given wrongly: a documented error each, never a crash or a silent wrong answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

import { Aliases, LeadscoreError, buildScorecard, loadModel } from 'leadscore';

import { activities, asOf, fails, failsLater, gbdt, lead, table } from './node_support.mjs';

const model = loadModel(gbdt);
const width = model.nColumns;

test('times that are none are refused', () => {
  for (const [wrong, words] of [[undefined, /asOf is undefined/], [null, /asOf is null/],
    [new Date(NaN), /invalid Date/], [NaN, /NaN/], [Infinity, /Infinity/], [1.5, /1\.5/],
    [1e300, /1e\+300/], [253402300800000, /years 1 to 9999/], [{}, /an object/], [true, /a Boolean/],
    [1n, /a BigInt/], ['', /./], ['yesterday', /^asOf: time "yesterday/], ['2026-13-01', /./]]) {
    fails(() => model.score(lead, { asOf: wrong }), 'LSC_INVALID_ARG', words);
  }
});

test('the ends of time are times', () => {
  for (const end of [-62135596800000, 253402300799999]) {
    assert.equal(model.score(lead, { asOf: end }).status, 'scored');
  }
});

test('leads and activities that are none are refused', () => {
  for (const wrong of [undefined, null, 1, true, [], new Map(), new Set(), new Date(), Promise.resolve(),
    () => 1, Symbol('x'), new Float32Array(3), new ArrayBuffer(3)]) {
    fails(() => model.score(wrong, { asOf }), 'LSC_INVALID_ARG', /^lead is/);
  }
  for (const wrong of [1, true, new Map(), new Set(), () => 1]) {
    fails(() => model.score(lead, wrong, { asOf }), 'LSC_INVALID_ARG', /^activities is/);
  }
  fails(() => model.score('[]', { asOf }), 'LSC_BAD_LEAD', /object/);
  fails(() => model.score('{"a":1,"a":2}', { asOf }), 'LSC_BAD_JSON', /"a"/);
  fails(() => model.score(Buffer.from([0x7b, 0xff]), { asOf }), 'LSC_BAD_JSON', /./);
  fails(() => model.score(lead, [1], { asOf }), 'LSC_BAD_LEAD', /activities?\[0\]|activity/i);
  fails(() => model.score(lead, [{ id: 'e1' }], { asOf }), 'LSC_BAD_LEAD', /./);
});

test('an error names the byte of the input', () => {
  try {
    model.score('{"id": "a1", "x": 01}', { asOf });
    assert.fail();
  } catch (error) {
    assert.ok(error instanceof LeadscoreError && error instanceof Error);
    assert.deepEqual([error.name, error.code, error.status, error.offset, error.index],
      ['LeadscoreError', 'LSC_BAD_JSON', 6, 18, null]);
  }
});

test('what JSON would drop without a word is refused', () => {
  fails(() => model.score({ ...lead, deal: Infinity }, { asOf }), 'LSC_INVALID_ARG', /deal is Infinity/);
  fails(() => model.score({ ...lead, at: new Date(NaN) }, { asOf }), 'LSC_INVALID_ARG', /at is an invalid Date/);
  fails(() => model.score({ ...lead, company: new Map([['name', 'x']]) }, { asOf }), 'LSC_INVALID_ARG',
    /company is a Map/);
  fails(() => model.score({ ...lead, email: Promise.resolve(lead.email) }, { asOf }), 'LSC_INVALID_ARG',
    /email is a Promise/);
  assert.throws(() => model.score({ ...lead, deal: { id: 7n } }, { asOf }), /^TypeError: id is a BigInt/);
  fails(() => buildScorecard('s', { limit: Infinity }, {}), 'LSC_INVALID_ARG', /limit is Infinity/);
  fails(() => buildScorecard('s', { toJSON() {} }, {}), 'LSC_INVALID_ARG', /spec is nothing/);
  fails(() => model.score(lead, [{ ...activities[0], data: { n: -Infinity } }], { asOf }),
    'LSC_INVALID_ARG', /n is -Infinity/);
  const plain = model.score(lead, { asOf });
  assert.deepEqual(model.score({ ...lead, n: NaN, u: undefined, z: null, o: {} }, { asOf }), plain);
});

test('what a getter or toJSON() throws is thrown', async () => {
  const thrown = new Error('mine');
  const wrong = { id: 'a1', get email() { throw thrown; } };
  assert.throws(() => model.score(wrong, { asOf }), thrown);
  assert.throws(() => model.score(lead, [{ toJSON() { throw thrown; } }], { asOf }), thrown);
  assert.throws(() => model.score(lead, { get asOf() { throw thrown; } }), thrown);
  await assert.rejects(model.scoreMany([lead, wrong], { asOf }), thrown);
  const round = { id: 'a1' };
  round.self = round;
  assert.throws(() => model.score(round, { asOf }), TypeError);
  assert.throws(() => model.score({ id: 1n }, { asOf }), TypeError);
  assert.equal(model.score(lead, { asOf }).status, 'scored');
});

test('a getter that closes the model leaves a closed model, not a broken one', () => {
  const own = loadModel(gbdt);
  fails(() => own.score({ id: 'a1', get email() { own.close(); return 'a@b.example'; } }, { asOf }),
    'LSC_INVALID_ARG', /closed/);
});

test('vectors of another type or width are refused', () => {
  for (const wrong of [undefined, null, [], Array(width).fill(0), new Float64Array(width),
    new Int32Array(width), new DataView(new ArrayBuffer(4 * width)), 'x', 1]) {
    fails(() => model.scoreVector(wrong), 'LSC_INVALID_ARG', /must be a Float32Array/);
    fails(() => model.predictSync(wrong, 1), 'LSC_INVALID_ARG', /must be a Float32Array/);
  }
  for (const n of [0, 1, width - 1, width + 1]) {
    fails(() => model.scoreVector(new Float32Array(n)), 'LSC_INVALID_ARG', new RegExp(`${n} columns`));
    fails(() => model.predict(new Float32Array(n)), 'LSC_INVALID_ARG', new RegExp(`${n} columns`));
  }
  const wrong = new Float32Array(width);
  wrong[3] = Infinity;
  fails(() => model.scoreVector(wrong), 'LSC_INVALID_ARG', /inf/i);
  fails(() => model.predict(wrong), 'LSC_INVALID_ARG', /inf/i);
});

/* A test runner may give a file globals of its own. */
test('an array of another realm is one', async () => {
  const other = runInNewContext(`new Float32Array(${width})`);
  assert.ok(!(other instanceof Float32Array));
  assert.deepEqual(model.scoreVector(other), model.scoreVector(new Float32Array(width)));
  assert.deepEqual(await model.predict(other, 1), model.predictSync(new Float32Array(width), 1));
});

test('tables that are not of the rows given are refused', async () => {
  const two = table(2, width);
  for (const rows of [0, 1, 3, -1, 1.5, NaN, Infinity, 2 ** 53, 1e300, '2', null, {}]) {
    fails(() => model.predictSync(two, rows), 'LSC_INVALID_ARG', /rows/);
    fails(() => model.contributionsSync(two, rows), 'LSC_INVALID_ARG', /rows/);
    await failsLater(model.contributions(two, rows), 'LSC_INVALID_ARG', /rows/);
  }
  await failsLater(model.predict(two, 3), 'LSC_INVALID_ARG', /must have 3 rows/);
  two[width + 1] = -Infinity;
  fails(() => model.predictSync(two, 2), 'LSC_INVALID_ARG', /row 1/);
  await failsLater(model.predict(two, 2), 'LSC_INVALID_ARG', /row 1/);
  fails(() => model.predictSync(table(2, width), 2, { output: 'grade' }), 'LSC_INVALID_ARG', /grade/);
  fails(() => model.predictSync(table(2, width), 2, { output: 'toString' }), 'LSC_INVALID_ARG', /toString/);
});

test('a buffer that was given away is told', async () => {
  const gone = table(2, width);
  structuredClone(gone, { transfer: [gone.buffer] });
  fails(() => model.predictSync(gone, 2), 'LSC_INVALID_ARG', /given away/);
  await failsLater(model.predict(gone, 2), 'LSC_INVALID_ARG', /given away/);
  fails(() => model.scoreVector(gone), 'LSC_INVALID_ARG', /given away/);
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  fails(() => loadModel(bytes), 'LSC_BAD_MODEL', /./);
});

test('a large text does not outlive its call, nor break the next', () => {
  const large = JSON.stringify({ ...lead, note: 'é'.repeat(60000), list: Array(900).fill('x'.repeat(60000)) });
  fails(() => model.score(large, { asOf }), 'LSC_LIMIT', /./);
  assert.equal(model.score({ ...lead, note: '日本'.repeat(9000) }, { asOf }).status, 'scored');
});

test('half a character is refused, and no other one put in its place', async () => {
  for (const half of ['\ud83d', 'a\udc00b', '\ude00\ud83d']) {
    fails(() => model.score(`{"id": "${half}"}`, { asOf }), 'LSC_INVALID_ARG', /^lead has half a character/);
    fails(() => model.score(lead, `[{"id": "${half}"}]`, { asOf }), 'LSC_INVALID_ARG', /^activities has half/);
    fails(() => model.explain(lead, { asOf, leadId: half }), 'LSC_INVALID_ARG', /^leadId has half/);
    await failsLater(model.scoreMany([lead, `{"id": "${half}"}`], { asOf }), 'LSC_INVALID_ARG', /^lead has half/);
    fails(() => model.score({ id: half }, { asOf }), 'LSC_BAD_JSON', /half of a surrogate pair/);
    fails(() => Aliases.parse(`{"${half}": 1}`), 'LSC_INVALID_ARG', /^table has half/);
  }
  assert.equal(model.score('{"id": "\u{1f600}", "email": "ada@engines.example", "job_title": "VP"}', { asOf }).status, 'scored');
});

test('every length of a text is read whole', () => {
  const plain = model.score(lead, { asOf });
  for (let n = 1; n < 700; n++) {
    assert.deepEqual(model.score({ ...lead, note: '\u{1f600}é'.repeat(n) }, { asOf }), plain);
  }
});
