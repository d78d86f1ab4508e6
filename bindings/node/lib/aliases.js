'use strict';
// Tables of aliases: what other systems call the properties of a lead.
const { kindOf, refuse } = require('./errors');
const { isBytes, objectText, ownText, text } = require('./inputs');
const native = require('./native');

const MAKE = Symbol('make');
const named = new Map(); // the library's own tables, once they were asked for by name

let handleOf;

class Aliases {
  #handle;

  constructor(make, handle) {
    if (make !== MAKE) {
      refuse('an Aliases is made by Aliases.named() or Aliases.parse()');
    }
    this.#handle = handle;
  }

  static named(name) {
    return new Aliases(MAKE, native.aliasesNamed(text(name, 'name')));
  }

  static parse(table) {
    const json = typeof table === 'string' || isBytes(table) ? ownText(table, 'table') : objectText(table, 'table');
    return new Aliases(MAKE, native.aliasesParse(json));
  }

  meaning(name) {
    return native.aliasesMeaning(this.#handle, text(name, 'name'));
  }

  static {
    handleOf = (aliases) => {
      if (typeof aliases !== 'object' || !(#handle in aliases)) {
        refuse(`aliases is ${kindOf(aliases)}, must be an Aliases, or the name of a table`);
      }
      return aliases.#handle;
    };
  }
}

/** The handle of an Aliases, or of a table by its name; undefined where none is chosen. */
function aliasesHandle(given) {
  if (given === undefined || given === null) {
    return undefined;
  }
  if (typeof given !== 'string') {
    return handleOf(given);
  }
  if (!named.has(given)) {
    named.set(given, Aliases.named(given)); // throws for all but a few names
  }
  return handleOf(named.get(given));
}

module.exports = { Aliases, aliasesHandle };
