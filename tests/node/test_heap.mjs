// Nothing is left behind: what all calls take comes back when the garbage collector has run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Aliases, Store, loadModel, loadModelAsync } from 'leadscore';

import { activities, asOf, gbdt, lead, readBytes, table } from './node_support.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const bytes = readBytes(gbdt);
const names = { format: 1, other: { budget: Array.from({ length: 1000 }, (_, i) => `Budget_${i}`) } };

/** Everything once: what works and what is refused. Models and stores are left to the collector. */
async function round() {
  const model = loadModel(bytes);
  const other = await loadModelAsync(bytes);
  const columns = table(100, model.nColumns);
  model.score(lead, activities, { asOf });
  model.replay(lead, activities, { receipt: other.explain(lead, activities, { asOf }) });
  model.explainVector(model.extract(lead, activities, { asOf }));
  await Promise.all([model.predict(columns, 100), model.contributions(columns, 100, { transfer: true }),
    other.scoreMany(Array(130).fill([lead, activities]), { asOf, aliases: Aliases.parse(names) })]);
  const store = Store.open(null);
  store.addOrganization('acme');
  store.putLead('acme', lead);
  store.scoreLead('acme', 'a1', store.loadModel('acme', store.addModel('acme', bytes)), { asOf });
  store.listScores('acme');
  for (const wrong of [() => loadModel(bytes.subarray(1)), () => model.score('{', { asOf }),
    () => model.scoreVector(new Float32Array(1)), () => store.getLead('acme', 'a9'),
    () => loadModel(bytes, { trustedKeys: ['x'] }), () => Aliases.parse({ ...names, format: 2 })]) {
    assert.throws(wrong);
  }
  await assert.rejects(model.scoreMany([lead, '{'], { asOf }));
  await assert.rejects(loadModelAsync(bytes.subarray(9)));
}

async function rounds(n) {
  for (let i = 0; i < n; i++) {
    await round();
    collect();
    await new Promise(setImmediate); // finalizers have their turn
  }
  collect();
  return process.memoryUsage().rss;
}

test('memory stays where it was', async () => {
  await rounds(20); // arenas of the threads, pools of SQLite and of V8 fill
  const before = await rounds(20);
  const after = await rounds(60);
  // Less than 200 KB a round, which loads three models of more.
  // What the allocator does with its pages is not told apart from a smaller leak.
  assert.ok(after - before < 12e6, `grew by ${(after - before) / 1e6} MB`);
});
