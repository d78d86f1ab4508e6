// The cases that C, the program and every binding run (tests/cases).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadModel } from 'leadscore';

import { root } from './node_support.mjs';

const NUMBERS = {
  probability: 'probability', probability_low: 'probabilityLow', probability_high: 'probabilityHigh',
  confidence: 'confidence', margin: 'margin', raw_probability: 'rawProbability', points: 'points',
};

/** The bits of a float, as hex digits; null is none. */
function number(text) {
  const bits = Buffer.from(text ?? '', 'hex');
  return text === null ? null : bits.length === 8 ? bits.readDoubleBE() : bits.readFloatBE();
}

/** Lead and activities as objects; undefined where there are none. */
function asObjects({ lead, activities }) {
  const lines = activities?.startsWith('{') ? activities.split('\n') : [activities ?? ''];
  const read = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  return [JSON.parse(lead), activities === undefined ? undefined : Array.isArray(read[0]) ? read[0] : read];
}

function explain(given) {
  const model = loadModel(join(root, given.model));
  if (given.vector !== undefined) {
    const vector = Float32Array.from(given.vector, (value) => number(value) ?? NaN);
    const why = model.explainVector(vector);
    assert.deepEqual(model.scoreVector(vector), why.result);
    return why;
  }
  const why = model.explain(given.lead, given.activities, { asOf: given.as_of });
  assert.deepEqual(model.score(given.lead, given.activities, { asOf: given.as_of }), why.result);
  if (given.error === undefined) {
    const [lead, activities] = asObjects(given);
    assert.deepEqual(model.explain(lead, activities, { asOf: why.receipt.asOf }), why);
  }
  return why;
}

/** The bits of a double, as hex digits. */
function bits(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value ?? NaN);
  return value === null ? null : bytes.toString('hex');
}

function checkWhy(expect, why) {
  assert.equal(bits(why.baseValue), expect.base_value);
  assert.equal(why.baseline, expect.baseline);
  assert.deepEqual(Object.entries(why.breakdown), Object.entries(expect.breakdown));
  assert.deepEqual(why.contributions.map(({ value }) => bits(value)), expect.contributions);
  assert.deepEqual(why.reasons.map(({ code, text, contribution, activityIds }) =>
    [code, text, bits(contribution), activityIds]), expect.reasons);
}

function check({ expect, why: wanted }, why) {
  checkWhy(wanted, why);
  assert.equal(why.receipt.asOf?.getTime() ?? null, expect.as_of_ms);
  for (const name of ['status', 'score', 'grade']) {
    assert.equal(why.result[name], expect[name], name);
  }
  for (const [name, ours] of Object.entries(NUMBERS)) {
    assert.ok(Object.is(why.result[ours], number(expect[name])), `${name} is ${why.result[ours]}`);
  }
  assert.equal(why.receipt.inputSha256, expect.input_sha256);
  assert.equal(why.receipt.resultSha256, expect.result_sha256);
}

for (const file of ['leads', 'vectors', 'errors']) {
  for (const given of JSON.parse(readFileSync(join(root, 'tests', 'cases', `${file}.json`))).cases) {
    test(`${file}: ${given.name}`, () => {
      if (given.error === undefined) {
        check(given, explain(given));
        return;
      }
      assert.throws(() => explain(given), (error) => {
        assert.deepEqual([error.code, error.offset], [given.error.status, given.error.offset]);
        return true;
      });
    });
  }
}
