// Puts the package together as it is published, and runs the tests of this folder against it.
//
//     run_node.mjs SOURCE_ROOT ADDON FOLDER [TEST.mjs ...]      (default: all test_*.mjs here)
//
// The tests stand in a folder that has the package as a program has it: in node_modules. The last line is
// "TESTS run failed".
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { run } from 'node:test';

const [root, addon, folder] = process.argv.slice(2, 5).map((path) => resolve(path));
const here = join(root, 'tests', 'node');
const named = process.argv.slice(5).map((path) => basename(path));
const tests = named.length > 0 ? named
  : readdirSync(here).filter((name) => /^test_.*\.mjs$/.test(name));

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'scratch'), { recursive: true });
execFileSync(process.execPath, [join(root, 'bindings', 'node', 'assemble.js'), addon,
  join(folder, 'node_modules', 'leadscore')], { stdio: 'inherit' });
for (const name of readdirSync(here).filter((each) => /\.mjs$/.test(each))) {
  copyFileSync(join(here, name), join(folder, name));
}

process.env.LEADSCORE_ROOT = root;
process.env.LEADSCORE_SCRATCH = join(folder, 'scratch');
delete process.env.NODE_OPTIONS;

let passed = 0;
let failed = 0;
const events = run({ files: tests.sort().map((name) => join(folder, name)), concurrency: 1, timeout: 300000 });
events.on('test:pass', ({ name, skip, nesting }) => {
  if (skip) {
    console.log(`SKIPPED: ${name}: ${skip}`);
  } else if (isTest(name, nesting)) {
    passed += 1;
  }
});
events.on('test:fail', ({ name, nesting, details }) => {
  if (isTest(name, nesting) || details.error.failureType !== 'subtestsFailed') {
    failed += 1;
    console.log(`${name}: ${details.error.cause?.stack ?? details.error.message}`);
  }
});
events.on('test:stderr', ({ message }) => process.stdout.write(message));
events.on('end', () => {
  console.log(`TESTS ${passed + failed} ${failed}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
});
events.resume();

/** Older versions report a file as a test that has the others in it. */
function isTest(name, nesting) {
  return !(nesting === 0 && /\.mjs$/.test(name));
}
