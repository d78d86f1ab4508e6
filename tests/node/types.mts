// What TypeScript makes of the package: tests/node/check_types.sh compiles it, and runs nothing.
import leadscore, {
  Aliases, LeadscoreError, Model, Store, buildScorecard, drift, loadModel, loadModelAsync, loadShared, metrics, signBundle, train, version,
  type Leads, type StopSignal, type Training,
  type Explanation, type GradeConversion, type Performance, type Result, type StoredScore, type TimeLike,
} from 'leadscore';

const model: Model = loadModel('model.lsm', { selfTest: true, trustedKeys: ['pem'], planBytes: 1 });
const later: Promise<Model> = loadModelAsync(new Uint8Array(1));
const time: TimeLike = new Date(0);
const lead = { id: 'a1', company: { industry: 'software' } };

const result: Result = model.score(lead, { asOf: time });
model.score('{}', [{ id: 'e1' }], { asOf: '2026-04-01' });
model.score(new Uint8Array(2), null, { asOf: 0 });
const score: number | null = result.score;
const many: Promise<Result[]> = model.scoreMany([lead, [lead, [{ id: 'e1' }]], '{}'], { asOf: 0 });
const why: Explanation = model.explain(lead, { asOf: 0, leadId: 'a1' });
const points: number | undefined = why.breakdown['behavioral'];
model.replay(lead, { receipt: why });

const ours: Aliases = Aliases.parse({ format: 1, fields: { job_title: ['Role'] } });
const meaning: string = ours.meaning('Role');
model.score({ id: 'a1', Role: 'CTO' }, [], { asOf: 0, aliases: ours });
model.replay(lead, { receipt: why, aliases: 'hubspot' });
// @ts-expect-error: no such table
model.score(lead, { asOf: 0, aliases: 'pipedrive' });
// @ts-expect-error: a table is parsed first
model.score(lead, { asOf: 0, aliases: { format: 1 } });

const vector: Float32Array = model.extract(lead, { asOf: 0 });
const one: number = model.predict(vector);
const margin: number = model.predict(vector, undefined, { output: 'margin' });
const table: Promise<Float32Array> = model.predict(vector, 1, { output: 'margin', transfer: true });
const now: Float32Array = model.contributionsSync(vector, 1);

const store: Store = Store.open(null, { create: true, durability: 'normal', busyMs: -1 });
const value: number = store.transaction((it) => it.addActivities('acme', null, '[]'));
const scores: StoredScore[] = store.listScores('acme', { minScore: -1 });
const counts: Promise<{ leads: number }> = store.ingest('acme', { leads: 'leads.ndjson' });
store.setConsent('acme', 'a1', { purpose: 'profiling', given: false, time: 0 });
const copied: Promise<void> = store.backup('leads.backup', { key: new Uint8Array(32) });
const secret: Store = Store.open('a.db', { key: { bytes: new Uint8Array(32), id: 'k' }, actor: { time: 0 } });
declare const signal: StopSignal;
const rescored: Promise<{ scored: number }> = store.scoreAll('acme', model, {
  asOf: 0, threads: 2, progress: ({ changed }) => changed < 5, signal,
});
const kept: Promise<{ leads: number; activities: number; scores: number }> = secret.retain('acme', {
  activitiesBefore: time, activityType: 'Page Viewed', dryRun: true, progress: ({ leads }) => leads < 5, signal,
});
const counted: Promise<{ score: number | null; grade: Result['grade']; leads: number }[]> = store.countScores('acme');
const converted: Promise<GradeConversion[]> = store.countConversions('acme', { asOf: 0, horizonDays: 30, repeats: true });
const months: Promise<Performance[]> =
  store.listPerformance('acme', { from: 0, until: time, horizonDays: 30, known: '2026-04-01' });
// @ts-expect-error: the horizon is always given
store.countConversions('acme', { asOf: 0 });
const trained: Promise<string[]> = secret.eraseLead('acme', 'a1');
const same: Model = loadShared(model.share());
const own: Float32Array = model.newTable(3);

store.putLead('acme', lead, { aliases: 'none' });

const from: Leads = { leads: 'leads.ndjson', outcomes: 'outcomes.ndjson', aliases: ours };
const training: Promise<Training> = train(from, {
  effort: 'quick', spec: model.spec, incumbent: model, seed: 3, progress: ({ stage, fraction }) => (fraction ?? 0) < 1 || stage,
});
training.then(({ bundle, leaks, leadsGone }) => loadModel(bundle).score(lead, { asOf: leaks.length + leadsGone }));
const moved: Promise<Record<string, unknown>> = drift(model, {
  store: 'a.db', organization: 'acme', actor: { uuid: '3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7' },
}, { asOf: time });
const signed: { bundle: Uint8Array; keyId: string } = signBundle(buildScorecard('mine', '{}', {}), 'pem');
const told: Record<string, unknown> = metrics([true, 0], own);
// @ts-expect-error: leads come from somewhere
train({ label: 'converted' });
// @ts-expect-error: a misspelt effort
train(from, { effort: 'fast' });

try {
  store.check();
} catch (error) {
  if (error instanceof LeadscoreError) {
    const at: number | null = error.offset ?? error.index;
    const code: string = error.code;
  }
}
const load: typeof loadModel = leadscore.loadModel;
const text: string = version;

// @ts-expect-error: the as-of time is always given
model.score(lead);
// @ts-expect-error: a number is no lead
model.score(1, { asOf: 0 });
// @ts-expect-error: the score may not be there
const always: number = result.score;
// @ts-expect-error: vectors are float32
model.predict(new Float64Array(1));
// @ts-expect-error: a table has rows, and gives a promise
const wrong: Float32Array = model.predict(vector, 1);
// @ts-expect-error: a misspelt option
loadModel('model.lsm', { selftest: true });
// @ts-expect-error: models are loaded, not made
new Model();
// @ts-expect-error: the outcome has a label that is said
store.addOutcome('acme', 'a1', { time: 0 });
// @ts-expect-error: results are told by their status
if (result.status === 'unscored') {}

// A URL, of which TypeScript's own library knows nothing, and what `using` asks for.
declare const url: { readonly href: string; readonly protocol: string };
const there: Model = loadModel(url);
there[Symbol.dispose]();
Store.open(url)[Symbol.dispose]();
const baseline: number | null = there.explain(lead, { asOf: time }).baseline;
// @ts-expect-error: an unscored lead has no baseline
const none: number = store.listScores('acme')[0]!.baseline;
