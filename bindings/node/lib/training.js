'use strict';
// Training, and measuring a model.
const { dataArguments } = require('./data');
const { LeadscoreError, kindOf, refuse } = require('./errors');
const { days, flag, jsonText, number, optionalTime, options, path, text, timeText, whole } = require('./inputs');
const { OPTIONS: WATCH, watched } = require('./jobs');
const { handleOf } = require('./model');
const native = require('./native');

const MAX_INT = 2147483647;
const CHOICES = {
  asOf: ['every', 'created', 'before_outcome'],
  effort: ['standard', 'quick', 'best'],
  validation: ['usual', 'both'],
  learner: ['trees', 'additive', 'ladder'],
};
const MODEL_TYPES = ['behavioral', 'demographic', 'composite'];
const ROWS = ['horizonDays', 'everyDays', 'rowsPerLead', 'seed', 'asOf', 'asOfDays', 'repeats'];
const HOW = ['spec', 'name', 'version', 'modelType', 'created', 'folds', 'foldRepeats', 'validation', 'learner',
  'effort', 'gateAuc', 'gateOutcomes', 'incumbent', 'threads', 'dropLeaks', 'noted', 'xgboost'];

const STAGES = (stage, fraction) => ({ stage, fraction: Number.isNaN(fraction) ? null : fraction });

function choice(value, name) {
  const at = value === undefined ? 0 : CHOICES[name].indexOf(value);
  if (at < 0) {
    refuse(`${name} is ${String(value)}, must be one of ${CHOICES[name].join(', ')}`);
  }
  return at;
}

/** In the order of the addon's node_training.h. */
function numbersOf(how) {
  return Float64Array.of(days(how.horizonDays, 'horizonDays'), days(how.everyDays, 'everyDays'),
    whole(how.rowsPerLead, 'rowsPerLead', 0), whole(how.seed, 'seed', 0), whole(how.folds, 'folds', 0),
    number(how.gateAuc, 'gateAuc', 1), whole(how.gateOutcomes, 'gateOutcomes', 0),
    whole(how.threads, 'threads', 1, 1, MAX_INT), flag(how.dropLeaks, 'dropLeaks'), choice(how.asOf, 'asOf'),
    days(how.asOfDays, 'asOfDays'), flag(how.repeats, 'repeats'), choice(how.effort, 'effort'),
    whole(how.foldRepeats, 'foldRepeats', 0), choice(how.validation, 'validation'),
    choice(how.learner, 'learner'), flag(how.noted === undefined ? true : how.noted, 'noted'));
}

function textsOf(how) {
  if (how.modelType !== undefined && !MODEL_TYPES.includes(how.modelType)) {
    refuse(`modelType is ${String(how.modelType)}, must be one of ${MODEL_TYPES.join(', ')}`);
  }
  return [path(how.xgboost, 'xgboost', true), text(how.name, 'name', true), text(how.version, 'version', true),
    how.modelType ?? null, jsonText(how.spec, 'spec', true), timeText(how.created, 'created')];
}

function checkTraining() {
  if (native.train === undefined) {
    throw new LeadscoreError('this addon was built without training', 'LSC_UNSUPPORTED', 11);
  }
}

/** Begin one of the addon's studies. */
function study(call, data, how, numbers, model) {
  checkTraining();
  const from = dataArguments(data);
  const texts = textsOf(how);
  return watched(how, STAGES, (stop, tell) => call(stop, tell, from, texts, numbers, model));
}

async function train(data, given) {
  const how = options(given, [...ROWS, ...HOW, ...WATCH]);
  const incumbent = how.incumbent === undefined ? undefined : handleOf(how.incumbent);
  const made = await study(native.train, data, how, numbersOf(how), incumbent);
  return {
    ...made,
    gateReasons: made.gateReasons.split('\n').filter((line) => line !== ''),
    metrics: JSON.parse(made.metrics),
  };
}

async function inferSpec(data, given) {
  const how = options(given, WATCH);
  const made = await study(native.inferSpec, data, how, numbersOf(how));
  return { spec: JSON.parse(made.spec), notes: made.notes.split('\n').filter((line) => line !== '') };
}

async function evaluate(model, data, given) {
  const how = options(given, [...ROWS, ...WATCH]);
  return JSON.parse(await study(native.evaluate, data, how, numbersOf(how), handleOf(model)));
}

async function drift(model, data, given) {
  const { asOf, horizonDays, seed, ...watch } = options(given, ['asOf', 'horizonDays', 'seed', ...WATCH]);
  const numbers = numbersOf({ horizonDays, seed });
  numbers[10] = optionalTime(asOf, 'asOf');
  return JSON.parse(await study(native.drift, data, watch, numbers, handleOf(model)));
}

async function trainingRows(data, given) {
  const how = options(given, [...ROWS, 'spec', 'signal']);
  const made = await study(native.trainingRows, data, how, numbersOf(how));
  const asOf = Array.from(made.times, (time) => (Number.isNaN(time) ? null : new Date(time)));
  return { columns: made.columns, ids: made.ids, asOf, rows: made.rows, labels: made.labels };
}

function list(values, name) {
  if (typeof values !== 'object' || !Number.isSafeInteger(values?.length)) {
    refuse(`${name} is ${kindOf(values)}, must be an array`);
  }
  return values;
}

function label(value, row) {
  if (value !== 0 && value !== 1 && typeof value !== 'boolean') {
    refuse(`labels[${row}] is ${String(value)}, must be 0, 1, true or false`);
  }
  return Number(value);
}

function probability(value, row) {
  if (typeof value !== 'number') {
    refuse(`probabilities[${row}] is ${kindOf(value)}, must be a number`);
  }
  return value;
}

function metrics(labels, probabilities, given) {
  const { seed } = options(given, ['seed']);
  checkTraining();
  return JSON.parse(native.metrics(Uint8Array.from(list(labels, 'labels'), label),
    Float64Array.from(list(probabilities, 'probabilities'), probability), whole(seed, 'seed', 0)));
}

module.exports = { drift, evaluate, inferSpec, metrics, train, trainingRows };
