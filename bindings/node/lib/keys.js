'use strict';
// Secret keys of stores and backups, and who acts on stores.
const { kindOf, refuse } = require('./errors');
const { isBytes, optionalTime, options, ownText, text } = require('./inputs');

const KEY_BYTES = 32;

function keyBytes(bytes, name) {
  if (!isBytes(bytes) || bytes.length !== KEY_BYTES) {
    refuse(`${name} is ${isBytes(bytes) ? `${bytes.length} bytes` : kindOf(bytes)}, must be ${KEY_BYTES} bytes`);
  }
  return ownText(bytes);
}

/** (bytes, id) of a key: its bytes alone, or { bytes, id }; both null where there is none. */
function keyArguments(key) {
  if (key === undefined || key === null) {
    return [null, null];
  }
  if (isBytes(key) || typeof key !== 'object') {
    return [keyBytes(key, 'key'), null];
  }
  const { bytes, id } = options(key, ['bytes', 'id'], 'key');
  return [keyBytes(bytes, 'key.bytes'), text(id, 'key.id', true)];
}

/** (whether there is one, uuid, time) of who acts; without a time that is now. */
function actorArguments(actor) {
  const { uuid, time } = options(actor, ['uuid', 'time'], 'actor');
  return [actor !== undefined && actor !== null, text(uuid, 'actor.uuid', true), optionalTime(time, 'actor.time')];
}

module.exports = { actorArguments, keyArguments };
