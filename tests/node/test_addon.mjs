// The binary: what it shows, and what it asks for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { loadModel } from 'leadscore';

import { gbdt, readBytes } from './node_support.mjs';

const folder = dirname(createRequire(import.meta.url).resolve('leadscore/package.json'));
const addon = join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'leadscore.node');

function lines(...command) {
  return execFileSync(command[0], command.slice(1), { encoding: 'utf8' }).split('\n');
}

test('nothing of what it is made of shows', () => {
  const shown = lines('nm', '--dynamic', '--defined-only', addon).filter((line) => line !== '');
  assert.deepEqual(shown.map((line) => line.split(' ').pop()).sort(), ['napi_register_module_v1']);
});

test('it asks for nothing of OpenSSL, zstd, SQLite or XGBoost that Node or the system has', () => {
  // w: what is not asked for, and called where it is there all the same (zstd's tracing).
  const asked = lines('nm', '--dynamic', '--undefined-only', addon).filter((line) => !/ w /.test(line));
  assert.deepEqual(asked.filter((line) => /EVP_|OPENSSL_|CRYPTO_|OSSL_|ERR_|ZSTD_|sqlite3_|^.* XG/.test(line)), []);
  const needed = [...lines('readelf', '--dynamic', addon).join('\n').matchAll(/NEEDED.*\[(.*)\]/g)];
  const libraries = needed.map((each) => each[1]).filter((name) => !/^(libc|libm|ld-linux)/.test(name));
  assert.deepEqual(libraries.filter((name) => name !== 'libcjson.so.1'), []);
  assert.ok(existsSync(join(dirname(addon), 'libcjson.so.1')));
});

test('its OpenSSL and that of Node do their work side by side', () => {
  const before = createHash('sha256').update(readBytes(gbdt)).digest('hex');
  assert.equal(loadModel(gbdt, { selfTest: true }).info.sha256, before);
  assert.equal(createHash('sha256').update(readBytes(gbdt)).digest('hex'), before);
});
