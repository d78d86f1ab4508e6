'use strict';
// What the library answers, as plain objects. What does not exist is null.

const STATUSES = ['scored', 'insufficient_data', 'suppressed'];

function known(number) {
  return number === number ? number : null; // NaN is no number
}

/** A Result of its numbers, in the order in which the addon writes them. */
function readResult(numbers) {
  return {
    status: STATUSES[numbers[0]],
    score: known(numbers[1]),
    grade: numbers[2] === 0 ? null : String.fromCharCode(numbers[2]),
    probability: known(numbers[3]),
    probabilityLow: known(numbers[4]),
    probabilityHigh: known(numbers[5]),
    confidence: known(numbers[6]),
    margin: known(numbers[7]),
    rawProbability: known(numbers[8]),
    points: known(numbers[9]),
  };
}

// float32 is written with as few digits as give it back: it is not the nearest double.
function float32(number) {
  return number === null || number === undefined ? null : Math.fround(number);
}

function readReceipt(receipt) {
  return {
    modelSha256: receipt.model_sha256,
    specSha256: receipt.spec_sha256,
    inputSha256: receipt.input_sha256,
    resultSha256: receipt.result_sha256,
    asOf: receipt.as_of === null ? null : new Date(receipt.as_of),
    libraryVersion: receipt.library_version,
  };
}

function readReason(reason) {
  return {
    code: reason.code,
    feature: reason.feature,
    text: reason.text,
    contribution: reason.contribution,
    activityIds: reason.activities,
  };
}

/** An Explanation of the JSON of docs/result.md. */
function readExplanation(json) {
  const whole = JSON.parse(json);
  const { baseline = null, ...breakdown } = whole.breakdown ?? {};
  return {
    result: {
      status: whole.status,
      score: whole.score,
      grade: whole.grade,
      probability: whole.probability,
      probabilityLow: whole.probability_low,
      probabilityHigh: whole.probability_high,
      confidence: whole.confidence,
      margin: float32(whole.raw?.margin),
      rawProbability: float32(whole.raw?.probability),
      points: whole.points ?? null,
    },
    baseValue: whole.base_value,
    contributions: whole.contributions ?? [],
    baseline,
    breakdown,
    reasons: (whole.reasons ?? []).map(readReason),
    receipt: readReceipt(whole.receipt),
    json,
  };
}

/** A row of a store's scores. */
function readStoredScore(row) {
  const { asOf } = row.receipt;
  const result = readResult(row.result);
  return {
    ...row,
    result,
    baseline: result.score === null ? null : row.baseline,
    receipt: { ...row.receipt, asOf: asOf === null ? null : new Date(asOf) },
  };
}

module.exports = { readExplanation, readResult, readStoredScore };
