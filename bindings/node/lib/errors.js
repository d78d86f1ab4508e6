'use strict';
const native = require('./native');

/** What a call came to, where it was not what was asked for. `code` is the status by name. */
class OwnError extends Error {
  constructor(message, code, status, offset = -1, index = -1) {
    super(message);
    this.code = code;
    this.status = status;
    this.offset = offset < 0 ? null : offset;
    this.index = index < 0 ? null : index;
  }
}
Object.defineProperty(OwnError, 'name', { value: 'LeadscoreError' });
Object.defineProperty(OwnError.prototype, 'name', { value: 'LeadscoreError' });

// The addon throws errors of the class that it was given first: a test runner that loads this file
// anew in the same thread gets the same class.
if (native.LeadscoreError === undefined) {
  native.numbers = native.setup(OwnError);
  native.LeadscoreError = OwnError;
}
const { LeadscoreError } = native;

function refuse(message) {
  throw new LeadscoreError(message, 'LSC_INVALID_ARG', 1);
}

/** What kind of value it is, for messages. */
function kindOf(value) {
  if (value === null || value === undefined) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? 'an object' : `a ${tag}`;
}

module.exports = { LeadscoreError, kindOf, refuse };
