// Counts over scores and outcomes: those of a plain count in JavaScript over what the store lists.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Store } from 'leadscore';

import { asOf, fails, failsLater, gbdt, starter } from './node_support.mjs';

const DAY = 86400000;
const at = new Date(asOf).getTime();
const TITLES = ['CTO', 'VP Engineering', 'Intern', 'Assistant', 'Head of Sales'];
const HORIZON = 30;

let store;
let sha256;
let scores; // by id

/** When a lead converts, in milliseconds after `asOf`; undefined: it does not. */
function conversion(i) {
  return [undefined, DAY, HORIZON * DAY, HORIZON * DAY + 1, -DAY][i % 5];
}

function isCounted(i, repeats) {
  return repeats || !(conversion(i) <= 0);
}

function converts(i) {
  return conversion(i) > 0 && conversion(i) <= HORIZON * DAY;
}

function sum(values) {
  return values.reduce((total, each) => total + each, 0);
}

before(async () => {
  store = Store.open(null);
  store.addOrganization('acme');
  store.addOrganization('empty');
  store.transaction(() => {
    for (let i = 0; i < 60; i++) {
      store.putLead('acme', { id: `a${i}`, email: `jo@c${i}.example`, job_title: TITLES[i % 7], company: { employee_count: i * i } });
      store.addActivities('acme', `a${i}`, Array.from({ length: i % 11 }, (_, k) => ({
        id: `e${k}`, type: k % 2 ? 'Email Opened' : 'Demo Requested', time: at - (k + i) * DAY / 2,
      })));
      if (conversion(i) !== undefined) {
        store.addOutcome('acme', `a${i}`, { time: at + conversion(i), converted: true });
      }
    }
    store.putLead('acme', { id: 'b0' }); // of which too little is known
  });
  sha256 = store.addModel('acme', gbdt);
  await store.scoreAll('acme', store.loadModel('acme', sha256), { asOf });
  scores = new Map(store.listScores('acme', { minScore: -1, limit: 100 }).map(({ leadId, result }) => [leadId, result]));
  store.putLead('acme', { id: 'b1', email: 'never@scored.example' });
});

test('leads are counted by their latest score', async () => {
  const expected = new Map();
  for (const { status, score, grade } of scores.values()) {
    const key = JSON.stringify({ status, score, grade });
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const counted = await store.countScores('acme');
  assert.deepEqual(new Map(counted.map(({ leads, ...key }) => [JSON.stringify(key), leads])), expected);
  assert.ok(counted.length > 3);
  assert.deepEqual(counted.at(-1), { status: 'insufficient_data', score: null, grade: null, leads: 1 });
  const known = counted.slice(0, -1).map(({ score }) => score);
  assert.deepEqual(known, [...known].sort((a, b) => b - a));
  assert.deepEqual(await store.countScores('empty'), []);
});

test('conversions are counted by grade, up to the end of the horizon', async () => {
  for (const repeats of [false, true]) {
    const expected = {};
    for (let i = 0; i < 60; i++) {
      const { grade } = scores.get(`a${i}`);
      if (isCounted(i, repeats)) {
        expected[grade] ??= { grade, leads: 0, converted: 0 };
        expected[grade].leads++;
        expected[grade].converted += converts(i);
      }
    }
    const query = { asOf, horizonDays: HORIZON, repeats };
    const sorted = Object.values(expected).sort((a, b) => (a.grade < b.grade ? -1 : 1));
    assert.deepEqual(await store.countConversions('acme', query), sorted);
    assert.deepEqual(await store.countConversions('acme', { ...query, model: sha256 }), sorted);
  }
  const other = store.addModel('acme', starter);
  assert.deepEqual(await store.countConversions('acme', { asOf, horizonDays: 1, model: other }), []);
  assert.deepEqual(await store.countConversions('acme', { asOf: at - 1, horizonDays: 1 }), []);
});

/** What performance says, of leads by their place, in a plain way. */
function performanceOf(places) {
  const rows = places.map((i) => ({ ...scores.get(`a${i}`), y: Number(converts(i)) }));
  const ups = rows.filter(({ y }) => y === 1);
  const downs = rows.filter(({ y }) => y === 0);
  const won = sum(ups.map((up) => sum(downs.map((down) => (up.score > down.score) + (up.score === down.score) / 2))));
  return {
    leads: rows.length,
    converted: ups.length,
    meanProbability: sum(rows.map(({ probability }) => probability)) / rows.length,
    brier: sum(rows.map(({ probability, y }) => (probability - y) ** 2)) / rows.length,
    logLoss: sum(rows.map(({ probability, y }) => -Math.log(y ? probability : 1 - probability))) / rows.length,
    auc: won / (ups.length * downs.length),
  };
}

test('a month says how a model did', async () => {
  const query = { from: '2026-04-01', until: '2026-05-01', horizonDays: HORIZON, known: at + HORIZON * DAY };
  const [{ bins, month, modelSha256, modelName, modelVersion, ...row }, ...more] =
    await store.listPerformance('acme', query);
  assert.deepEqual(more, []);
  const [{ name, version }] = store.listModels('acme');
  assert.deepEqual([month, modelSha256, modelName, modelVersion], ['2026-04', sha256, name, version]);
  const places = Array.from({ length: 60 }, (_, i) => i).filter((i) => isCounted(i, false));
  const expected = performanceOf(places);
  assert.deepEqual(Object.keys(row), Object.keys(expected));
  for (const [key, value] of Object.entries(expected)) { // sums of 48 doubles below 10, in another order
    assert.ok(Math.abs(row[key] - value) < 1e-12, `${key}: ${row[key]}, must be ${value}`);
  }
  assert.equal(bins.length, 10);
  for (const [b, { leads, converted, meanProbability }] of bins.entries()) {
    const within = places.filter((i) => Math.min(Math.floor(scores.get(`a${i}`).probability * 10), 9) === b);
    assert.deepEqual([leads, converted], [within.length, within.filter(converts).length]);
    assert.equal(meanProbability === null, within.length === 0);
  }
  const repeated = await store.listPerformance('acme', { ...query, repeats: true });
  assert.equal(repeated[0].leads, 60);
  assert.deepEqual(await store.listPerformance('acme', { ...query, known: at + HORIZON * DAY - 1 }), []);
});

test('what cannot be said of a scorecard is null', async () => {
  const cards = Store.open(null);
  cards.addOrganization('acme');
  cards.putLead('acme', { id: 'a1', email: 'ada@engines.example' });
  cards.scoreLead('acme', 'a1', cards.loadModel('acme', cards.addModel('acme', starter)), { asOf });
  const [row] = await cards.listPerformance('acme',
    { from: asOf, until: '2026-05-01', horizonDays: 1, known: '2026-06-01' });
  assert.deepEqual([row.leads, row.converted, row.meanProbability, row.brier, row.logLoss, row.auc],
    [1, 0, null, null, null, null]);
});

test('counts are refused that have no end, or ask for what is not there', async () => {
  const month = { from: '2026-04-01', until: '2026-05-01', horizonDays: 30, known: asOf };
  await failsLater(store.countScores('other'), 'LSC_NOT_FOUND', /other/);
  await failsLater(store.countConversions('acme', { asOf }), 'LSC_INVALID_ARG', /horizon/);
  await failsLater(store.countConversions('acme', { horizonDays: 1 }), 'LSC_INVALID_ARG', /asOf is undefined/);
  await failsLater(store.countConversions('acme', { asOf, horizonDays: -1 }), 'LSC_INVALID_ARG', /horizonDays is -1/);
  await failsLater(store.countConversions('acme', { asOf, horizonDays: 1, model: '0'.repeat(64) }), 'LSC_NOT_FOUND',
    /0000/);
  await failsLater(store.countConversions('acme', { asOf, horizonDays: 1, model: 'mine' }), 'LSC_INVALID_ARG', /hexadecimal/);
  await failsLater(store.countConversions('acme', { asOf, horizonDays: 1, grade: 'A' }), 'LSC_INVALID_ARG', /grade/);
  await failsLater(store.listPerformance('acme', { ...month, until: '2036-05-01' }), 'LSC_LIMIT', /120/);
  for (const name of ['from', 'until', 'known']) {
    await failsLater(store.listPerformance('acme', { ...month, [name]: undefined }), 'LSC_INVALID_ARG',
      new RegExp(`${name} is undefined`));
  }
  const counting = store.countScores('acme');
  fails(() => store.count(), 'LSC_INVALID_ARG', /wait for the promise/);
  await counting;
});
