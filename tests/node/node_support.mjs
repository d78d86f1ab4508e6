// What the tests share.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LeadscoreError } from 'leadscore';

export const root = process.env.LEADSCORE_ROOT;
export const scratch = process.env.LEADSCORE_SCRATCH;
export const starter = join(root, 'models', 'starter.lsm');
export const gbdt = join(root, 'tests', 'golden', 'gbdt.lsm');
export const asOf = '2026-04-01';

export const lead = { id: 'a1', email: 'ada@engines.example', job_title: 'VP Engineering' };
export const activities = [
  { id: 'e1', type: 'Demo Requested', time: '2026-03-30T09:00:00Z' },
  { id: 'e2', type: 'Email Opened', time: '2026-03-31T09:00:00Z' },
];

export function readBytes(path) {
  return readFileSync(path);
}

/** That a call throws a LeadscoreError of a status, with words in its message. */
export function fails(call, code, words) {
  assert.throws(call, (error) => isFailure(error, code, words));
}

export function failsLater(promise, code, words) {
  return assert.rejects(promise, (error) => isFailure(error, code, words));
}

function isFailure(error, code, words) {
  assert.ok(error instanceof LeadscoreError, `${error?.stack ?? error}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  return true;
}

/** `rows` vectors of a width, of plain numbers with some missing; other ones for another `seed`. */
export function table(rows, width, seed = 1) {
  const columns = new Float32Array(rows * width);
  for (let i = 0; i < columns.length; i++) {
    const value = ((i + 1) * 7919 * seed) % 211;
    columns[i] = value % 10 === 0 ? NaN : value / 4;
  }
  return columns;
}
