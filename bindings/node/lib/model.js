'use strict';
const { aliasesHandle } = require('./aliases');
const { types } = require('util');

const { LeadscoreError, kindOf, refuse } = require('./errors');
const { INSPECT, disposable } = require('./idioms');
const {
  activitiesText, flag, isBytes, isShared, leadText, options, ownText, path, text, timeMs, whole,
} = require('./inputs');
const { readExplanation, readResult } = require('./results');
const { scoreAll } = require('./many');
const native = require('./native');

const { numbers } = native; // where the addon writes a score

const MAKE = Symbol('make');
const OUTPUTS = { probability: 0, margin: 1 };
const CONTRIBUTIONS = 2;

let handleOf; // what the addon knows a model by: for store.js, and nobody else

/** (source, options) as the addon takes them. */
function loadArguments(given) {
  const { selfTest, trustedKeys, planBytes } = options(given, ['selfTest', 'trustedKeys', 'planBytes']);
  if (trustedKeys !== undefined && (!Array.isArray(trustedKeys) || trustedKeys.length === 0)) {
    refuse('trustedKeys is no array of PEM texts, or an empty one');
  }
  return [flag(selfTest, 'selfTest'), whole(planBytes, 'planBytes', 0),
    trustedKeys && trustedKeys.map((key, i) => text(key, `trustedKeys[${i}]`))];
}

function modelSource(source) {
  return isBytes(source) ? ownText(source) : path(source, 'source');
}

/** Load a model in this thread. */
function loadModel(source, given) {
  const from = modelSource(source);
  const load = typeof from === 'string' ? native.loadFile : native.loadBytes;
  return new Model(MAKE, load(from, ...loadArguments(given)));
}

/** Load a model in another thread. */
async function loadModelAsync(source, given) {
  return new Model(MAKE, await native.loadLater(modelSource(source), ...loadArguments(given)));
}

/** The model that another thread shares. */
function loadShared(ticket) {
  const handle = native.loadShared(whole(ticket, 'ticket', null) ?? refuse('ticket is missing'));
  if (handle === undefined) {
    throw new LeadscoreError(`no model is shared by the ticket ${ticket} any more`, 'LSC_NOT_FOUND', 4);
  }
  return new Model(MAKE, handle);
}

/** (activities, options) of score(lead, activities, options) and of score(lead, options). */
function leadArguments(activities, given, known) {
  const short = given === undefined && typeof activities === 'object' && activities !== null &&
    !Array.isArray(activities) && !isBytes(activities);
  const named = options(short ? activities : given, known);
  return [activitiesText(short ? undefined : activities), named];
}

function checkFloats(columns) {
  if (!types.isFloat32Array(columns)) { // also that of another realm, as a test runner has its own
    refuse(`columns is ${kindOf(columns)}, must be a Float32Array`);
  }
}

function newFloats(length, make = () => new Float32Array(length)) {
  try {
    return make();
  } catch (error) {
    throw new LeadscoreError(`there is no memory for ${length} numbers: ${error.message}`,
      'LSC_NO_MEMORY', 2);
  }
}

/** Memory that is no one else's, moved out of the array. */
function takeFloats(columns) {
  try {
    return structuredClone(columns, { transfer: [columns.buffer] });
  } catch (error) {
    return refuse(`columns cannot be given up: ${error.message}`);
  }
}

/** What a bundle (.lsm) holds, checked and ready to score. */
class Model {
  #handle;
  #nColumns;
  #vector; // where a vector is put for the addon: memory that nobody can take away

  constructor(make, handle) {
    if (make !== MAKE) {
      refuse('a Model is made by loadModel()');
    }
    this.#handle = handle;
    this.#nColumns = native.modelInfo(handle).nColumns;
    this.#vector = new Float32Array(this.#nColumns);
  }

  close() {
    native.closeModel(this.#handle);
  }

  [INSPECT](depth, shown, inspect) {
    if (!(#handle in this)) {
      return 'Model {}'; // what has one for its prototype
    }
    try {
      const { name, version, engine } = this.info;
      return `Model ${inspect({ name, version, engine }, shown)}`;
    } catch {
      return 'Model { closed }';
    }
  }

  share() {
    return native.shareModel(this.#handle);
  }

  get info() {
    return native.modelInfo(this.#handle);
  }

  get nColumns() {
    return this.#nColumns;
  }

  get columns() {
    return native.columnNames(this.#handle);
  }

  get spec() {
    return JSON.parse(native.specJson(this.#handle));
  }

  get members() {
    return native.memberNames(this.#handle);
  }

  member(name) {
    const bytes = native.member(this.#handle, text(name, 'name'));
    if (bytes === undefined) {
      throw new LeadscoreError(`the model keeps no member ${name}`, 'LSC_NOT_FOUND', 4);
    }
    return bytes;
  }

  // Leads.

  score(lead, activities, given) {
    const [more, { asOf, aliases }] = leadArguments(activities, given, ['asOf', 'aliases']);
    native.scoreLead(this.#handle, leadText(lead), more, timeMs(asOf, 'asOf'), aliasesHandle(aliases));
    return readResult(numbers);
  }

  async scoreMany(leads, given) {
    const { asOf, aliases } = options(given, ['asOf', 'aliases']);
    return scoreAll(this.#handle, leads, timeMs(asOf, 'asOf'), aliasesHandle(aliases));
  }

  explain(lead, activities, given) {
    const [more, { asOf, leadId, aliases }] = leadArguments(activities, given, ['asOf', 'leadId', 'aliases']);
    return readExplanation(native.explainLead(this.#handle, leadText(lead), more, timeMs(asOf, 'asOf'),
      aliasesHandle(aliases), text(leadId, 'leadId', true)));
  }

  extract(lead, activities, given) {
    const [more, { asOf, aliases }] = leadArguments(activities, given, ['asOf', 'aliases']);
    const vector = new Float32Array(this.#nColumns);
    native.extract(this.#handle, leadText(lead), more, timeMs(asOf, 'asOf'), aliasesHandle(aliases), vector);
    return vector;
  }

  replay(lead, activities, given) {
    const [more, { receipt, aliases }] = leadArguments(activities, given, ['receipt', 'aliases']);
    const json = typeof receipt === 'object' && receipt !== null ? receipt.json : receipt;
    native.replay(this.#handle, leadText(lead), more, 0, aliasesHandle(aliases), text(json, 'receipt'));
  }

  // Vectors.

  #put(vector) {
    checkFloats(vector);
    if (vector.length !== this.#nColumns) {
      refuse(`the vector has ${vector.length} columns, must have ${this.#nColumns}` +
        (vector.length === 0 ? ': its buffer may have been given away' : ''));
    }
    this.#vector.set(vector);
    return this.#vector;
  }

  scoreVector(vector) {
    native.scoreVector(this.#handle, this.#put(vector));
    return readResult(numbers);
  }

  explainVector(vector) {
    return readExplanation(native.explainVector(this.#handle, this.#put(vector)));
  }

  // Tables.

  #rows(columns, rows) {
    checkFloats(columns);
    if (whole(rows, 'rows', undefined) === undefined) {
      refuse('rows is missing');
    }
    if (columns.length !== rows * this.#nColumns) {
      refuse(`columns has ${columns.length} numbers, must have ${rows} rows of ${this.#nColumns}` +
        (columns.length === 0 ? ': its buffer may have been given away' : ''));
    }
  }

  #output(name = 'probability') {
    if (!Object.hasOwn(OUTPUTS, name)) {
      refuse(`output is ${String(name)}, must be probability or margin`);
    }
    return OUTPUTS[name];
  }

  #now(columns, rows, output, width) {
    this.#rows(columns, rows);
    const out = newFloats(rows * width);
    native.batch(this.#handle, columns, rows, output, out);
    return out;
  }

  async #later(columns, rows, output, width, transfer) {
    this.#rows(columns, rows);
    const out = newFloats(rows * width);
    native.modelInfo(this.#handle); // a closed model is told before anything is given up
    const own = transfer ? takeFloats(columns) : columns;
    // Shared memory stays for as long as it is held; any other can be given away meanwhile.
    await native.batchLater(this.#handle, own, rows, output, out, transfer || isShared(columns));
    return out;
  }

  predict(columns, rows, given) {
    if (rows === undefined && given === undefined) {
      native.scoreVector(this.#handle, this.#put(columns));
      return Math.fround(numbers[3]);
    }
    return rows === undefined ? this.predictSync(columns, 1, given)[0] : this.#predictLater(columns, rows, given);
  }

  async #predictLater(columns, rows, given) {
    const { output, transfer } = options(given, ['output', 'transfer']);
    return this.#later(columns, rows, this.#output(output), 1, flag(transfer, 'transfer'));
  }

  newTable(rows) {
    const length = (whole(rows, 'rows', null) ?? refuse('rows is missing')) * this.#nColumns;
    return newFloats(length, () => new Float32Array(new SharedArrayBuffer(4 * length))).fill(NaN);
  }

  predictSync(columns, rows, given) {
    const { output } = options(given, ['output']);
    return this.#now(columns, rows, this.#output(output), 1);
  }

  async contributions(columns, rows, given) {
    const { transfer } = options(given, ['transfer']);
    return this.#later(columns, rows, CONTRIBUTIONS, this.#nColumns + 1, flag(transfer, 'transfer'));
  }

  contributionsSync(columns, rows) {
    return this.#now(columns, rows, CONTRIBUTIONS, this.#nColumns + 1);
  }

  static {
    handleOf = (model) => {
      if (typeof model !== 'object' || model === null || !(#handle in model)) {
        refuse(`model is ${kindOf(model)}, must be a Model`);
      }
      return model.#handle;
    };
  }
}

disposable(Model);

function wrapModel(handle) {
  return new Model(MAKE, handle);
}

module.exports = { Model, handleOf, loadArguments, loadModel, loadModelAsync, loadShared, wrapModel };
