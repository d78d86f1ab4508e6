'use strict';
// Many leads: written as JSON in this thread, a few at a time, and scored in others.
const { LeadscoreError, kindOf, refuse } = require('./errors');
const { activitiesText, leadText } = require('./inputs');
const { readResult } = require('./results');
const native = require('./native');

const LEADS_A_JOB = 64; // a few milliseconds of work
const JOBS = 4; // as many threads as Node has for such work, unless it is told otherwise
const RESULT_NUMBERS = 10;

function addTexts(texts, item) {
  const pair = Array.isArray(item);
  if (pair && (item.length === 0 || item.length > 2)) {
    refuse(`there are ${item.length} values, must be a lead and its activities`);
  }
  const lead = leadText(pair ? item[0] : item);
  texts.push(lead, activitiesText(pair ? item[1] : undefined));
}

async function runJob(score, texts, first, results) {
  const n = texts.length / 2;
  const numbers = new Float64Array(n * RESULT_NUMBERS);
  try {
    await score(texts, numbers);
  } catch (error) {
    if (typeof error.index === 'number') {
      error.index += first;
    }
    throw error;
  }
  for (let i = 0; i < n; i++) {
    results[first + i] = readResult(numbers.subarray(i * RESULT_NUMBERS, (i + 1) * RESULT_NUMBERS));
  }
}

async function scoreAll(handle, leads, asOf, aliases) {
  if (typeof leads !== 'object' || leads === null ||
      (leads[Symbol.iterator] === undefined && leads[Symbol.asyncIterator] === undefined)) {
    refuse(`leads is ${kindOf(leads)}, must be an iterable`);
  }
  const score = (texts, numbers) => native.scoreLater(handle, texts, asOf, numbers, aliases);
  const results = [];
  const running = new Set();
  let failure = null; // of the first lead that is at fault, whichever job ends first
  let texts = [];
  let count = 0;

  function fail(error, index) {
    const at = typeof error?.index === 'number' ? error.index : index;
    if (failure === null || at < failure.at) {
      failure = { at, error };
    }
  }

  async function send() {
    const first = count - texts.length / 2;
    const job = runJob(score, texts, first, results)
      .catch((error) => fail(error, first))
      .finally(() => running.delete(job));
    running.add(job);
    texts = [];
    if (running.size >= JOBS) {
      await Promise.race(running);
    }
  }

  try {
    for await (const item of leads) {
      addTexts(texts, item);
      count++;
      if (texts.length === 2 * LEADS_A_JOB) {
        await send();
      }
      if (failure !== null) {
        break;
      }
    }
    if (texts.length > 0 && failure === null) {
      await send();
    }
  } catch (error) {
    if (error instanceof LeadscoreError) {
      error.index = count;
    }
    fail(error, count);
  }
  await Promise.all(running);
  if (failure !== null) {
    throw failure.error;
  }
  return results;
}

module.exports = { scoreAll };
