'use strict';
// Bundles: made, signed and written.
const { kindOf, refuse } = require('./errors');
const { isBytes, jsonText, options, ownText, path, text, timeText } = require('./inputs');
const native = require('./native');

function bytesOf(value, name) {
  if (!isBytes(value)) {
    refuse(`${name} is ${kindOf(value)}, must be bytes`);
  }
  return ownText(value);
}

function importModel(source, given) {
  const { spec, name, version, created } = options(given, ['spec', 'name', 'version', 'created']);
  const isFile = !isBytes(source);
  return native.importModel(isFile ? path(source, 'source') : ownText(source), isFile, jsonText(spec, 'spec', true),
    text(name, 'name', true), text(version, 'version', true), timeText(created, 'created'));
}

function buildScorecard(name, spec, scorecard) {
  return native.buildScorecard(text(name, 'name'), jsonText(spec, 'spec'), jsonText(scorecard, 'scorecard'));
}

function writeBundle(file, bundle) {
  native.writeBundle(path(file, 'path'), bytesOf(bundle, 'bundle'));
}

function signBundle(bundle, privateKey, given) {
  const { passphrase } = options(given, ['passphrase']);
  return native.signBundle(bytesOf(bundle, 'bundle'), text(privateKey, 'privateKey'),
    text(passphrase, 'passphrase', true));
}

function publicKeyId(publicKey) {
  return native.publicKeyId(text(publicKey, 'publicKey'));
}

module.exports = { buildScorecard, importModel, publicKeyId, signBundle, writeBundle };
