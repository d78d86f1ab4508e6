'use strict';
const { existsSync } = require('fs');
const { join } = require('path');

const machine = `${process.platform}-${process.arch}`;
const addon = join(__dirname, '..', 'prebuilds', machine, 'leadscore.node');
if (!existsSync(addon)) {
  throw new Error(`leadscore has no addon for ${machine}: ${addon} is not there`);
}
module.exports = require(addon);
