'use strict';
// Leads to learn from: files, a table, events, or a store, as the addon takes them.
const { aliasesHandle } = require('./aliases');
const { kindOf, refuse } = require('./errors');
const { flag, jsonText, options, path, text } = require('./inputs');
const { actorArguments, keyArguments } = require('./keys');

/** By the member that says which it is: its number, its texts in order, and what else it may have. */
const KINDS = {
  leads: { kind: 0, texts: ['leads', 'activities', 'outcomes'], more: ['ignoreUnknown', 'aliases'] },
  table: { kind: 1, texts: ['table', 'label', 'positive', 'id', 'delimiter'], more: ['exclude', 'include', 'aliases'] },
  events: { kind: 2, texts: ['events', 'map', 'delimiter'], more: [] },
  store: { kind: 3, texts: ['store', 'organization'], more: ['key', 'actor'] },
};
const PATHS = ['leads', 'activities', 'outcomes', 'table', 'events', 'store'];
const NEEDED = ['leads', 'table', 'events', 'map', 'store', 'organization'];

function names(list, name) {
  if (list !== undefined && !Array.isArray(list)) {
    refuse(`${name} is ${kindOf(list)}, must be an array of names`);
  }
  return list?.map((each, i) => text(each, `${name}[${i}]`));
}

function member(data, name) {
  const reader = name === 'map' ? jsonText : PATHS.includes(name) ? path : text;
  const read = reader(data[name], name, !NEEDED.includes(name));
  if (name === 'delimiter' && read !== null && !/^[\x00-\x7f]$/.test(read)) {
    refuse(`delimiter is ${JSON.stringify(read)}, must be one character of ASCII`);
  }
  return read;
}

/** [kind, ignoreUnknown, key, key's id, exclude, include, aliases, whether somebody acts, uuid, time, text, ...] */
function dataArguments(data) {
  const all = Object.values(KINDS).flatMap(({ texts, more }) => [...texts, ...more]);
  const which = Object.keys(KINDS).filter((each) => options(data, all, 'data')[each] !== undefined);
  if (which.length !== 1) {
    refuse('data must have one of leads, table, events and store');
  }
  const { kind, texts, more } = KINDS[which[0]];
  options(data, [...texts, ...more], 'data');
  return [kind, flag(data.ignoreUnknown, 'ignoreUnknown'), ...keyArguments(data.key),
    names(data.exclude, 'exclude'), names(data.include, 'include'), aliasesHandle(data.aliases),
    ...actorArguments(data.actor), ...texts.map((name) => member(data, name)), ...Array(5 - texts.length).fill(null)];
}

module.exports = { dataArguments };
