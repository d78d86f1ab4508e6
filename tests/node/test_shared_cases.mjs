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
  return why;
}

function check({ expect }, why) {
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
