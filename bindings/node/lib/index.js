'use strict';
const { LeadscoreError } = require('./errors');
const { Model, loadModel, loadModelAsync } = require('./model');
const native = require('./native');
const { Store } = require('./store');

module.exports = { LeadscoreError, Model, Store, loadModel, loadModelAsync, version: native.version };
