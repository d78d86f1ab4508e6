// Prints the folder of node_api.h: that of the Node that runs this, or a system's.
'use strict';
const { existsSync } = require('fs');
const { dirname, join } = require('path');

// Those of another version do: what Node-API has is the same in each.
const prefixes = [dirname(dirname(process.execPath)), '/usr', '/usr/local'];
const names = ['node', 'nodejs/src', 'nodejs'];
const folders = prefixes.flatMap((prefix) => names.map((name) => join(prefix, 'include', name)));
const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')));
if (!found) {
  process.exit(1);
}
process.stdout.write(found);
