'use strict';
const { Aliases } = require('./aliases');
const { buildScorecard, importModel, publicKeyId, signBundle, writeBundle } = require('./bundles');
const { LeadscoreError } = require('./errors');
const { Model, loadModel, loadModelAsync, loadShared } = require('./model');
const native = require('./native');
const { Store } = require('./store');
const { drift, evaluate, inferSpec, metrics, train, trainingRows } = require('./training');

module.exports = {
  Aliases,
  LeadscoreError,
  Model,
  Store,
  buildScorecard,
  drift,
  evaluate,
  importModel,
  inferSpec,
  loadModel,
  loadModelAsync,
  loadShared,
  metrics,
  publicKeyId,
  signBundle,
  train,
  trainingRows,
  version: native.version,
  writeBundle,
};
