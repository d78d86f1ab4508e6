// Puts the package together: assemble.js ADDON FOLDER [--strip]
'use strict';
const { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } = require('fs');
const { execFileSync } = require('child_process');
const { basename, join, resolve } = require('path');

const [addon, folder] = process.argv.slice(2, 4).map((path) => resolve(path));
const prebuilds = join(folder, 'prebuilds', `${process.platform}-${process.arch}`);

// What stands in the addon, by Debian's names: their licences come along.
const PARTS = ['libcjson-dev', 'libzstd-dev', 'libssl-dev', 'libsqlite3-dev'];

/** The libraries that the addon loads from beside it, as the loader finds them here. */
function besides() {
  const found = execFileSync('ldd', [addon], { encoding: 'utf8' });
  return [...found.matchAll(/^\s*(libcjson\S*) => (\S+)/gm)].map(([, name, path]) => ({ name, path }));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(prebuilds, { recursive: true });
for (const name of ['package.json', 'README.md', 'index.d.ts', 'index.d.mts', 'types', 'lib']) {
  cpSync(join(__dirname, name), join(folder, basename(name)), { recursive: true });
}
copyFileSync(join(__dirname, '..', '..', 'LICENSE'), join(folder, 'LICENSE'));
copyFileSync(addon, join(prebuilds, 'leadscore.node'));
mkdirSync(join(folder, 'licenses'));
for (const part of PARTS) {
  const licence = join('/usr/share/doc', part, 'copyright');
  if (existsSync(licence)) {
    copyFileSync(licence, join(folder, 'licenses', part.replace(/-dev$/, '.txt')));
  }
}
for (const { name, path } of besides()) {
  copyFileSync(path, join(prebuilds, name));
}
if (process.argv[4] === '--strip') {
  execFileSync('strip', ['--strip-unneeded', join(prebuilds, 'leadscore.node')]);
}
