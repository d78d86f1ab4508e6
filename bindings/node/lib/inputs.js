'use strict';
// Times, leads and activities as JavaScript has them, in the form that the C library reads.
const { fileURLToPath } = require('url');
const { types } = require('util');

const { LeadscoreError, kindOf, refuse } = require('./errors');
const native = require('./native');

const TIME_MIN = -62135596800000;
const TIME_MAX = 253402300799999;
const DAY_MS = 86400000;
const MAX_DAYS = 365000;

function textMs(value, name) {
  try {
    return native.timeMs(value);
  } catch (error) {
    throw new LeadscoreError(`${name}: ${error.message}`, error.code, error.status, error.offset ?? -1);
  }
}

/** Milliseconds since 1970 of a Date, a text or a number. */
function timeMs(value, name) {
  if (typeof value === 'string') {
    return textMs(value, name);
  }
  const ms = types.isDate(value) ? Date.prototype.getTime.call(value) : value;
  if (typeof ms !== 'number') {
    refuse(`${name} is ${kindOf(value)}, must be a Date, an ISO 8601 text or milliseconds since 1970`);
  }
  if (!Number.isInteger(ms) || ms < TIME_MIN || ms > TIME_MAX) {
    refuse(`${name} is ${types.isDate(value) ? 'an invalid Date or ' : ''}${ms}, ` +
      'must be whole milliseconds of the years 1 to 9999');
  }
  return ms;
}

/** A time as RFC 3339, as the library writes it; null where there is none. */
function timeText(value, name) {
  return value === undefined ? null : new Date(timeMs(value, name)).toISOString().replace('.000Z', 'Z');
}

/** A time that may be left out, as the addon has it: then it is NaN. */
function optionalTime(value, name) {
  return value === undefined ? NaN : timeMs(value, name);
}

/** What JSON.stringify() would turn into null or {} without a word, or refuse without saying where. */
function strictly(key, value) {
  const original = this[key];
  if (typeof original === 'number' && !Number.isFinite(original) && !Number.isNaN(original)) {
    refuse(`${key} is ${original}, must be finite`);
  }
  if (types.isDate(original) && Number.isNaN(Date.prototype.getTime.call(original))) {
    refuse(`${key} is an invalid Date`);
  }
  if (types.isMap(original) || types.isSet(original) || types.isPromise(original)) {
    refuse(`${key} is ${kindOf(original)}, must be a plain object or an array`);
  }
  if (typeof value === 'bigint') {
    throw new TypeError(`${key} is a BigInt, which JSON has not: give a number or a text`);
  }
  return value;
}

/** A value as JSON. NaN is null: missing. What a getter or a toJSON() throws is thrown. */
function toJson(value, name) {
  let json;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) {
      JSON.stringify(value, strictly); // which may know where
    }
    throw error;
  }
  if (json === undefined) {
    refuse(`${name} is nothing that JSON has`);
  }
  // The careful way takes several times as long: only where there is something to look for.
  return json.includes('null') || json.includes('{}') ? JSON.stringify(value, strictly) : json;
}

function isBytes(value) {
  return types.isUint8Array(value);
}

function isShared(array) {
  return types.isSharedArrayBuffer(array.buffer);
}

const HALF = /\p{Surrogate}/u;

/** A text as it is. Half of a character has no UTF-8: with another one in its place, two ids would be the same. */
function wellFormed(value, name) {
  if (!(value.isWellFormed?.() ?? !HALF.test(value))) { // Node 18 has no isWellFormed()
    refuse(`${name} has half a character (a lone surrogate) in it`);
  }
  return value;
}

/** Bytes that nobody else can change or take away meanwhile, or a text as it is. */
function ownText(value, name) {
  if (typeof value === 'string') {
    return wellFormed(value, name);
  }
  return isBytes(value) && isShared(value) ? new Uint8Array(value) : value;
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) &&
    !types.isMap(value) && !types.isSet(value) && !types.isDate(value) &&
    !types.isPromise(value) && !types.isAnyArrayBuffer(value) && !ArrayBuffer.isView(value);
}

/** The JSON of a lead. */
function leadText(lead) {
  if (typeof lead === 'string' || isBytes(lead)) {
    return ownText(lead, 'lead');
  }
  if (!isPlain(lead)) {
    refuse(`lead is ${kindOf(lead)}, must be an object, or JSON as text or bytes`);
  }
  return toJson(lead, 'lead');
}

/** The JSON of an object. */
function objectText(value, name) {
  if (!isPlain(value)) {
    refuse(`${name} is ${kindOf(value)}, must be an object`);
  }
  return toJson(value, name);
}

/** The JSON of activities; undefined where there are none. */
function activitiesText(activities) {
  if (activities === undefined || activities === null) {
    return undefined;
  }
  if (typeof activities === 'string' || isBytes(activities)) {
    return ownText(activities, 'activities');
  }
  if (!Array.isArray(activities)) {
    refuse(`activities is ${kindOf(activities)}, must be an array of objects, or JSON as text or bytes`);
  }
  return toJson(activities, 'activities');
}

/** Options: an object whose members all are known. */
function options(given, known, name = 'options') {
  if (given === undefined || given === null) {
    return {};
  }
  if (!isPlain(given)) {
    refuse(`${name} is ${kindOf(given)}, must be an object`);
  }
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      refuse(`${name} has no ${key}: there are ${known.join(', ')}`);
    }
  }
  return given;
}

/** A text that C reads up to its NUL; null where it may be left out. */
function text(value, name, optional = false) {
  if (optional && (value === undefined || value === null)) {
    return null;
  }
  if (typeof value !== 'string') {
    refuse(`${name} is ${kindOf(value)}, must be a string`);
  }
  if (value.includes('\0')) {
    refuse(`${name} has a NUL in it`);
  }
  return wellFormed(value, name);
}

function isUrl(value) {
  return typeof value === 'object' && value !== null && typeof value.href === 'string' &&
    typeof value.protocol === 'string';
}

/** The path of a file: a text, or the URL of a file, as modules have it. */
function path(value, name, optional = false) {
  if (!isUrl(value)) {
    return text(value, name, optional);
  }
  try {
    return text(fileURLToPath(value.href), name);
  } catch (error) {
    return refuse(`${name} is ${value.href}: ${error.message}`);
  }
}

/** The JSON of a spec or a map: an object, or its text. */
function jsonText(value, name, optional = false) {
  return kindOf(value) === 'an object' ? toJson(value, name) : text(value, name, optional);
}

function truth(value, name) {
  if (typeof value !== 'boolean') {
    refuse(`${name} is ${kindOf(value)}, must be true or false`);
  }
  return value;
}

function flag(value, name) {
  return value !== undefined && truth(value, name);
}

/** A whole number from `least` to `most`; `absent` where it is left out. */
function whole(value, name, absent, least = 0, most = Number.MAX_SAFE_INTEGER) {
  if (value === undefined || value === null) {
    return absent;
  }
  if (typeof value !== 'number') {
    refuse(`${name} is ${kindOf(value)}, must be a number`);
  }
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    refuse(`${name} is ${value}, must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** A number from 0 to `most`; 0 where it is left out. */
function number(value, name, most) {
  if (value === undefined || value === null) {
    return 0;
  }
  if (typeof value !== 'number') {
    refuse(`${name} is ${kindOf(value)}, must be a number`);
  }
  if (!(value >= 0 && value <= most)) {
    refuse(`${name} is ${value}, must be from 0 to ${most}`);
  }
  return value;
}

/** Days as milliseconds; 0 where they are left out. */
function days(value, name) {
  return Math.round(number(value, name, MAX_DAYS) * DAY_MS);
}

module.exports = {
  activitiesText, days, flag, isBytes, isShared, jsonText, leadText, number, objectText, optionalTime, options, ownText,
  path, text, timeMs, timeText, truth, whole,
};
