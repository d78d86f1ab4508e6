// Types of the package `leadscore`. What may be thrown, beside what is said here: docs/node.md.

/** A Date; ISO 8601 text, such as "2026-04-01T09:00:00+02:00"; or milliseconds since 1970. */
export type TimeLike = Date | string | number;
/** An object of properties, or the JSON of one as text or bytes. */
export type LeadLike = object | string | Uint8Array;
/** Objects, or JSON as text or bytes: an array, or an object a line. */
export type ActivitiesLike = readonly object[] | string | Uint8Array;

/** What other systems call the properties of a lead (docs/lead.md). Of a worker: each makes its own. */
export class Aliases {
  private constructor();
  /** A table of the library's own; "all": these together, "none": names are taken as they are. Throws LSC_NOT_FOUND. */
  static named(name: AliasesName): Aliases;
  /**
   * A table of one's own, or its JSON. Throws LSC_BAD_SPEC naming the member and its value, LSC_BAD_JSON, LSC_LIMIT,
   * LSC_UNSUPPORTED for a newer format.
   */
  static parse(table: object | string | Uint8Array): Aliases;
  /** What a name of the other system, a dotted path, is called here; the name itself where it is no alias. */
  meaning(name: string): string;
}

export type AliasesName = 'hubspot' | 'salesforce' | 'mailchimp' | 'segment' | 'all' | 'none';

/** By what table properties are named. */
export interface Naming {
  /** "all" where nothing is said. */
  aliases?: Aliases | AliasesName | null;
}

/** What a call came to, where it was not what was asked for. */
export class LeadscoreError extends Error {
  private constructor();
  readonly name: 'LeadscoreError';
  /** The status by name, such as "LSC_BAD_JSON": docs/errors.md says what to do about each. */
  readonly code: string;
  /** The status by number: stable, and never reused. */
  readonly status: number;
  /** The byte of the input at fault; null where there is none. */
  readonly offset: number | null;
  /** Of scoreMany(): which lead was at fault, from 0; null where none was. */
  readonly index: number | null;
}

/** The score of a lead or vector. An unscored lead has no score, never 0. */
export interface Result {
  status: 'scored' | 'insufficient_data' | 'suppressed';
  /** 0 to 100. */
  score: number | null;
  grade: 'A' | 'B' | 'C' | 'D' | 'F' | null;
  /** In [0, 1], calibrated where the model is. */
  probability: number | null;
  /** The 90 % interval of the probability. */
  probabilityLow: number | null;
  probabilityHigh: number | null;
  /** 1 - (high - low). */
  confidence: number | null;
  /** Log-odds, as XGBoost gives them, to the bit. null for a scorecard. */
  margin: number | null;
  /** XGBoost's own sigmoid of the margin. null for a scorecard. */
  rawProbability: number | null;
  /** Of a scorecard. */
  points: number | null;
}

/** What a feature contributes: log-odds (exact TreeSHAP), or points of a scorecard. */
export interface Contribution {
  feature: string;
  group: string;
  value: number;
}

/** Why a score is high or low, as a sentence. */
export interface Reason {
  /** Stable: "feature_name.up" or "feature_name.down". */
  code: string;
  feature: string;
  text: string;
  /** As in contributions; its sign is the direction. */
  contribution: number;
  /** The activities behind it, latest first. */
  activityIds: string[];
}

/** What is needed to compute a score again and see that it is the same. Hashes are SHA-256, hex. */
export interface Receipt {
  modelSha256: string;
  specSha256: string;
  inputSha256: string;
  resultSha256: string;
  /** null for a vector. */
  asOf: Date | null;
  libraryVersion: string;
}

/** A score, and why. */
export interface Explanation {
  result: Result;
  /** Margin (or points) before any contribution; null for an unscored lead. */
  baseValue: number | null;
  /** A feature each, in the order of the spec; none for an unscored lead. */
  contributions: Contribution[];
  /** baseline and the points of all groups add up to the score; null for an unscored lead. */
  baseline: number | null;
  /** Points of the score by group, in the order of the spec. */
  breakdown: Record<string, number>;
  /** Those up by size, then those down by size. */
  reasons: Reason[];
  receipt: Receipt;
  /** The whole as one JSON object (docs/result.md). */
  json: string;
}

/** The facts of a model. */
export interface ModelInfo {
  name: string;
  version: string;
  modelType: 'behavioral' | 'demographic' | 'composite';
  engine: 'gbdt' | 'scorecard';
  gatePassed: boolean;
  calibrated: boolean;
  nFeatures: number;
  nColumns: number;
  nTrees: number;
  nNodes: number;
  maxDepth: number;
  /** Of the bundle's file. */
  sha256: string;
  specSha256: string;
  /** Id of the trusted key that signed it, checked when it was loaded; else null. */
  signedBy: string | null;
  /** Id of the key that its signature names, checked or not. */
  claimedKey: string | null;
}

export interface LoadOptions {
  /** Score the golden inputs in the bundle, and refuse it when a bit differs. */
  selfTest?: boolean;
  /** Public keys as PEM: refuse a bundle that none of them signed. */
  trustedKeys?: readonly string[];
  /** The most bytes that are laid out for speed; 0 is the library's default. */
  planBytes?: number;
}

export interface AsOf {
  /** What is later is not seen. */
  asOf: TimeLike;
}

/** An AbortSignal, whoever declares that type. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Of what takes long. */
export interface Watch<News> {
  /**
   * Called now and then with how far it is, never after the promise is settled. False stops it
   * (LSC_CANCELLED); what it throws does so too, and is what the promise is rejected with.
   */
  progress?: (news: News) => unknown;
  /** Stops it: the promise is rejected with LSC_CANCELLED, whose `cause` is the signal's reason. */
  signal?: StopSignal;
}

/** What predict() gives: calibrated probabilities, or log-odds (points of a scorecard). */
export type Output = 'probability' | 'margin';

/** What a bundle (.lsm) holds, checked and ready to score. Made by loadModel(). */
export class Model {
  private constructor();
  /** Give its memory back now. Calls after this throw; promises that are under way are kept. */
  close(): void;
  /**
   * A ticket by which other threads of the process get this very model: loadShared(). It holds until this
   * Model is closed, or collected.
   */
  share(): number;
  readonly info: ModelInfo;
  /** The width of a feature vector. */
  readonly nColumns: number;
  /** The names of the columns of a vector. */
  readonly columns: string[];
  /** The feature spec (docs/feature-spec.md). */
  readonly spec: Record<string, unknown>;
  /** The names of what the bundle holds. */
  readonly members: string[];
  /** The bytes of one, such as "metrics.json". Throws LSC_NOT_FOUND; the trees are not kept. */
  member(name: string): Uint8Array;

  /** Score a lead as of a time. Throws LSC_BAD_JSON, LSC_BAD_LEAD, LSC_LIMIT of what was given. */
  score(lead: LeadLike, options: AsOf & Naming): Result;
  score(lead: LeadLike, activities: ActivitiesLike | null | undefined, options: AsOf & Naming): Result;
  /**
   * Score leads in other threads. Each is a lead, or an array of a lead and its activities. Rejected
   * as score() throws, with `index`: of the first lead that is at fault.
   */
  scoreMany(
    leads: Iterable<LeadLike | readonly [LeadLike, ActivitiesLike]>
      | AsyncIterable<LeadLike | readonly [LeadLike, ActivitiesLike]>,
    options: AsOf & Naming,
  ): Promise<Result[]>;
  /** Score a lead and say why. `leadId` goes into the JSON. */
  explain(lead: LeadLike, options: AsOf & Naming & { leadId?: string }): Explanation;
  explain(
    lead: LeadLike,
    activities: ActivitiesLike | null | undefined,
    options: AsOf & Naming & { leadId?: string },
  ): Explanation;
  /** The feature vector of a lead: float32 [nColumns], NaN where a value is missing. */
  extract(lead: LeadLike, options: AsOf & Naming): Float32Array;
  extract(lead: LeadLike, activities: ActivitiesLike | null | undefined, options: AsOf & Naming): Float32Array;
  /** Compute an explained score again and compare its bits. Throws LSC_MISMATCH naming what differs. */
  replay(lead: LeadLike, options: Naming & { receipt: Explanation | string }): void;
  replay(
    lead: LeadLike,
    activities: ActivitiesLike | null | undefined,
    options: Naming & { receipt: Explanation | string },
  ): void;

  /** Score one vector: float32 [nColumns] in the order of `columns`, NaN where a value is missing. */
  scoreVector(vector: Float32Array): Result;
  /** Score one vector and say why. Reasons name no activities. */
  explainVector(vector: Float32Array): Explanation;

  /** The probability of one vector, rounded to float32; NaN where the model has none. */
  predict(vector: Float32Array, rows?: undefined, options?: { output?: Output }): number;
  /**
   * Score a table in another thread: float32 [rows][nColumns], row after row. It is copied first, unless it
   * stands in shared memory (newTable()): that must not change until the promise is settled.
   * `transfer` gives its memory up instead, as postMessage() does. Gives float32 [rows].
   */
  predict(
    columns: Float32Array,
    rows: number,
    options?: { output?: Output; transfer?: boolean },
  ): Promise<Float32Array>;
  /**
   * A table in shared memory, all of it NaN: missing. predict() and contributions() read it in place, and
   * workers can be sent it.
   */
  newTable(rows: number): Float32Array;
  /** Score a table in this thread, in place. */
  predictSync(columns: Float32Array, rows: number, options?: { output?: Output }): Float32Array;
  /** Contributions of a table, in another thread: float32 [rows][nColumns + 1], the base value last. */
  contributions(
    columns: Float32Array,
    rows: number,
    options?: { transfer?: boolean },
  ): Promise<Float32Array>;
  /** The same in this thread, in place. */
  contributionsSync(columns: Float32Array, rows: number): Float32Array;
}

/**
 * Load a bundle from a path or its bytes. Throws LSC_NOT_FOUND, LSC_IO; LSC_BAD_MODEL, LSC_BAD_SPEC,
 * LSC_BAD_JSON for a damaged or hostile one; LSC_UNSUPPORTED for a newer one; LSC_LIMIT;
 * LSC_UNTRUSTED, LSC_BAD_KEY; LSC_MISMATCH when the self-test fails.
 */
export function loadModel(source: string | Uint8Array, options?: LoadOptions): Model;
/** The same in another thread. */
export function loadModelAsync(source: string | Uint8Array, options?: LoadOptions): Promise<Model>;
/**
 * The model that another thread of the process shares, by its ticket: nothing is loaded or copied, and it
 * stays when that thread closes its own. Throws LSC_NOT_FOUND where it is not shared any more.
 */
export function loadShared(ticket: number): Model;

/** A secret key: 32 random bytes, which are copied; `id` names it beside what it encrypts. */
export type StoreKey = Uint8Array | { bytes: Uint8Array; id?: string };

/** Who acts on a store, for its audit trail. */
export interface Actor {
  /** Says nothing of the person but who it is, to who may know. */
  uuid?: string;
  /** When what is noted is done; where nothing is said, the system's clock is asked each time. */
  time?: TimeLike;
}

export interface StoreOptions {
  /** Make the file where there is none. */
  create?: boolean;
  /** Change nothing; not with `create`. */
  readOnly?: boolean;
  /** What outlives a loss of power (docs/store.md); "full" where nothing is said. */
  durability?: 'full' | 'normal' | 'off';
  /** Wait so long for another connection's change; 5000 where nothing is said; -1: not at all. */
  busyMs?: number;
  /** Activities and outcomes of a lead that is not there make it; else they are LSC_NOT_FOUND. */
  makeLeads?: boolean;
  /** Of an encrypted store, or of one to be made. Throws LSC_BAD_KEY. */
  key?: StoreKey;
  /** As for setActor(). */
  actor?: Actor;
}

/** Who acts for an organization: a user, or an integration that brings its data. */
export type AccountType = 'user' | 'integration';

export interface StoredAccount {
  id: string;
  /** Made by the store; for Actor.uuid. */
  uuid: string;
  role: string | null;
  active: boolean;
  details: Record<string, unknown>;
}

/** A row of the audit trail (docs/store.md). */
export interface AuditRow {
  /** From 1 on, without a gap. */
  number: number;
  time: Date;
  /** null: of the store as a whole. */
  organization: string | null;
  actor: string | null;
  /** Such as "read lead". */
  action: string;
  /** UUID of the lead or account; null: of several, or of none. */
  subject: string | null;
  amount: number;
}

/** What each part adds. */
export interface ChangeParts<Value> {
  time: Value;
  activities: Value;
  properties: Value;
  model: Value;
}

/** What made two scores of a lead differ (docs/store.md). */
export interface ScoreChange {
  fromScore: number;
  toScore: number;
  /** Of the score: they sum to toScore - fromScore. */
  points: ChangeParts<number>;
  /** Before rounding. */
  exactPoints: ChangeParts<number>;
  /** In log-odds; null where a model has none. */
  margins: ChangeParts<number | null>;
  /** How many activities each score saw. */
  fromActivities: number;
  toActivities: number;
}

/** The head of an audit trail. Kept outside of the store it is an anchor for verify(). */
export interface AuditHead {
  rows: number;
  /** The code of the last row, which follows from all rows; zeros where there is none. */
  head: string;
}

export interface StoreCounts {
  organizations: number;
  leads: number;
  activities: number;
  outcomes: number;
  models: number;
  scores: number;
  bytes: number;
}

export interface StoredOrganization {
  id: string;
  uuid: string;
  name: string | null;
}

export interface StoredLead {
  id: string;
  uuid: string;
  email: string | null;
  status: string | null;
  source: string | null;
  createdAt: Date | null;
}

export interface StoredModel {
  /** Its id. */
  sha256: string;
  uuid: string;
  name: string;
  version: string;
  modelType: 'behavioral' | 'demographic' | 'composite';
  gatePassed: boolean;
  /** The one that scores. */
  active: boolean;
}

export interface StoredScore {
  leadId: string;
  modelName: string;
  modelVersion: string;
  result: Result;
  baseline: number;
  breakdown: Record<string, number>;
  receipt: Receipt;
}

export interface StaleLead {
  id: string;
  /** The lead changed, another model scored it, or time alone moved it. */
  reason: 'changed' | 'model' | 'due';
  /** Of "due": since when. */
  due: Date | null;
}

export interface RescoringCounts {
  scored: number;
  /** Of them, those that were not the same before. */
  changed: number;
}

/** How many leads have a score. */
export interface ScoreCount {
  /** Of their latest score. */
  status: Result['status'];
  score: number | null;
  grade: Result['grade'];
  leads: number;
}

/** How many leads of a grade converted. */
export interface GradeConversion {
  grade: NonNullable<Result['grade']>;
  leads: number;
  converted: number;
}

/** Leads whose probability is in a bin. */
export interface ProbabilityBin {
  leads: number;
  converted: number;
  meanProbability: number | null;
}

/** How a model did in a month. What cannot be said is null. */
export interface Performance {
  /** Such as "2026-03", UTC. */
  month: string;
  modelSha256: string;
  modelName: string;
  modelVersion: string;
  leads: number;
  converted: number;
  /** Beside converted / leads: whether the model says too much or too little. */
  meanProbability: number | null;
  brier: number | null;
  /** In nats. */
  logLoss: number | null;
  /** Of the scores. */
  auc: number | null;
  /** Ten: [0, 0.1), [0.1, 0.2) ... [0.9, 1]. */
  bins: ProbabilityBin[];
}

/** What is no longer to be kept; what is left out stays. */
export interface Retention {
  /** Activities that happened before; with `activityType` only those of that type. */
  activitiesBefore?: TimeLike;
  activityType?: string;
  /** Scores as of a time before. */
  scoresBefore?: TimeLike;
  /** Leads of which the last thing that is known was before. */
  leadsBefore?: TimeLike;
  /** Count what would go, and change nothing. */
  dryRun?: boolean;
}

/** What went, or would go: leads with all that is held of them, and what was of leads that stay. */
export interface RetentionCounts {
  leads: number;
  activities: number;
  scores: number;
}

export interface Consent {
  purpose: string;
  given: boolean;
  time: Date;
  source: string | null;
}

export interface Page {
  /** Begin after this id: the last one of the page before. */
  after?: string;
  /** Most rows; 100 where nothing is said. A shorter page is the last. */
  limit?: number;
}

/** How far a copy is. */
export interface CopyNews {
  bytes: number;
  all: number;
}

export interface IngestCounts {
  leads: number;
  activities: number;
  duplicates: number;
  outcomes: number;
  rejected: number;
}

/**
 * One connection to a file with organizations, leads, models and scores (docs/store.md). Calls wait for
 * the disk in this thread. Throws, beside what is said: LSC_NOT_FOUND for an unknown organization, lead
 * or model; LSC_BUSY when another connection wrote for too long; LSC_IO; LSC_BAD_STORE.
 */
export class Store {
  private constructor();
  /** Open a store; null: one in memory. Throws LSC_NOT_FOUND, LSC_UNSUPPORTED for a newer one. */
  static open(path: string | null, options?: StoreOptions): Store;
  /** What was begun and not committed is undone. */
  close(): void;
  begin(): void;
  commit(): void;
  rollback(): void;
  /** Commit what `work` changes, or undo it where that throws. `work` may give no promise, and begin no job. */
  transaction<T>(work: (store: Store) => T): T;
  /** Look over the whole file. Throws LSC_BAD_STORE with the first thing that is wrong. */
  check(): void;
  count(organization?: string | null): StoreCounts;

  addOrganization(organization: string, name?: string | null): void;
  listOrganizations(query?: Page): StoredOrganization[];

  /**
   * Throws LSC_CONFLICT when the e-mail is that of another lead; for a lead without id LSC_BAD_LEAD, or LSC_INVALID_ARG
   * where `aliases` are given.
   */
  putLead(organization: string, lead: LeadLike, options?: Naming): void;
  /** The properties of a lead: flat, with dotted names. */
  getLead(organization: string, id: string): Record<string, unknown>;
  listLeads(
    organization: string,
    query?: Page & { email?: string; status?: string; source?: string },
  ): StoredLead[];
  deleteLead(organization: string, id: string): void;
  /** leadId null: each activity names its lead. Gives how many were new. */
  addActivities(organization: string, leadId: string | null, activities: ActivitiesLike): number;
  addOutcome(
    organization: string,
    leadId: string,
    outcome: { time: TimeLike; converted: boolean },
  ): void;
  clearOutcomes(organization: string, leadId: string): void;

  /**
   * Keep that a lead gave its consent or withdrew it. While the last word on "profiling" is that it
   * withdraws, the lead is suppressed.
   */
  setConsent(
    organization: string,
    leadId: string,
    consent: { purpose: string; given: boolean; time: TimeLike; source?: string | null },
  ): void;
  /** Consents given and withdrawn, by purpose, then time. */
  listConsents(organization: string, leadId: string): Consent[];

  /** Add a model from a path or its bytes. Gives its id. */
  addModel(organization: string, bundle: string | Uint8Array, options?: LoadOptions): string;
  /** Make it the one that scores. Throws LSC_GATE_FAILED. */
  activateModel(organization: string, sha256: string, options?: { force?: boolean }): void;
  listModels(organization: string): StoredModel[];
  /** Load a model; null: the one that scores. */
  loadModel(organization: string, sha256?: string | null, options?: LoadOptions): Model;

  /** Score a lead, say why, and keep the score. */
  scoreLead(organization: string, leadId: string, model: Model, options: AsOf): Explanation;
  /** The latest score of each lead, the best first. */
  listScores(
    organization: string,
    query?: {
      /** Begin after this lead's score, which is `afterScore`: -1 for an unscored lead. */
      afterId?: string;
      afterScore?: number;
      limit?: number;
      /** 0 where nothing is said; -1: unscored leads too. */
      minScore?: number;
      maxScore?: number;
    },
  ): StoredScore[];
  /**
   * Score all leads in other threads, and keep the scores: some hundreds a transaction. The store cannot
   * be used until the promise is settled. Stopped, it keeps the transactions before.
   */
  scoreAll(
    organization: string,
    model: Model,
    options: AsOf & { threads?: number } & Watch<RescoringCounts>,
  ): Promise<RescoringCounts>;
  /** The same of the leads whose score can be another now: see listStale(). */
  scoreStale(
    organization: string,
    model: Model,
    options: AsOf & { threads?: number } & Watch<RescoringCounts>,
  ): Promise<RescoringCounts>;
  /** The first leads whose latest score can be another as of a time. */
  listStale(organization: string, query: AsOf & { limit?: number }): StaleLead[];
  /**
   * What made two kept scores of a lead differ, by their as-of times. Throws LSC_NOT_FOUND for a score that is
   * not kept, LSC_INPUT_NOT_HELD where what it was made from is not there any more.
   */
  explainChange(
    organization: string,
    leadId: string,
    query: { from: TimeLike; to: TimeLike; fromModel?: string; toModel?: string },
  ): ScoreChange;
  /** The scores of a lead, the latest as-of time first. */
  listHistory(
    organization: string,
    leadId: string,
    query?: { before?: TimeLike; limit?: number },
  ): StoredScore[];

  /**
   * Count the leads by their latest score, the best first, in another thread; those that were never scored are left
   * out. The store cannot be used until the promise is settled, as for the two that follow.
   */
  countScores(organization: string): Promise<ScoreCount[]>;
  /**
   * Count conversions by grade, "A" first: each lead by its latest score as of `asOf`, and whether it converted within
   * the horizon after that. Those that had converted by then are left out, unless outcomes may repeat.
   */
  countConversions(
    organization: string,
    query: AsOf & {
      horizonDays: number;
      /** Scores of the model of this id alone. */
      model?: string;
      repeats?: boolean;
    },
  ): Promise<GradeConversion[]>;
  /**
   * Say how models did, by month, then in the order in which they were added: each lead counts once a month and model,
   * by its first score as of that month (docs/store.md). At most 120 months: LSC_LIMIT.
   */
  listPerformance(
    organization: string,
    query: {
      /** Scores as of this time on, */
      from: TimeLike;
      /** and before this one. */
      until: TimeLike;
      horizonDays: number;
      /** Until when outcomes are known: scores whose horizon ends later are left out. */
      known: TimeLike;
      repeats?: boolean;
    },
  ): Promise<Performance[]>;

  /**
   * Take in NDJSON files in another thread, in batches that are kept one by one. The store cannot be used
   * until the promise is settled.
   */
  ingest(
    organization: string,
    files: {
      leads?: string;
      activities?: string;
      outcomes?: string;
      /** Lines that are refused are set aside there; else a refused line ends it. */
      rejects?: string;
      /** Lines a transaction; 5000 where nothing is said. */
      batch?: number;
    } & Naming & Watch<{ lines: number }>,
  ): Promise<IngestCounts>;
  /**
   * Write a copy to a file in another thread, encrypted where a key of 32 bytes is given. Others write
   * meanwhile; this store cannot be used until the promise is settled.
   */
  backup(path: string, options?: { key?: StoreKey } & Watch<CopyNews>): Promise<void>;
  /**
   * Make a store of a backup, in another thread. Throws LSC_CONFLICT where one stands there and
   * `replace` is not given, LSC_BAD_KEY, LSC_BAD_STORE for a backup that was changed.
   */
  static restore(
    backup: string,
    path: string,
    options?: { key?: StoreKey; replace?: boolean } & Watch<CopyNews>,
  ): Promise<void>;

  /**
   * Encrypt the store with another key, or for the first time, in another thread; null: go on with what was
   * begun (docs/store.md). This store cannot be used until the promise is settled.
   */
  rekey(key: StoreKey | null): Promise<void>;
  /** Write the file anew without what was erased, where that is due. Rejected with LSC_BUSY while others use it. */
  purge(): Promise<void>;
  /**
   * Delete a lead with all that is known of it, and purge(). Gives the ids of the models that were trained
   * from it, as noteTraining() said.
   */
  eraseLead(organization: string, id: string): Promise<string[]>;
  /**
   * Erase what is older than it is to be kept, in transactions of some thousand rows, and purge(), in another thread
   * (docs/store.md). Stopped, it keeps the transactions before; begun again it does what is left.
   */
  retain(
    organization: string,
    what: Retention & Watch<{ leads: number }>,
  ): Promise<RetentionCounts>;
  /** All that is held on a lead, as the text of one JSON object (docs/store.md). */
  exportLead(organization: string, id: string): string;
  /** Note which leads a model was trained from. Throws LSC_INVALID_ARG for what is no hash. */
  noteTraining(organization: string, sha256: string, leadIds: readonly string[]): void;
  /** Say who acts from now on. Throws LSC_INVALID_ARG for a `uuid` that is none. */
  setActor(actor: Actor): void;
  /** From now on note what is done with personal data, or no more. An actor must be set. */
  setAudited(audited: boolean): void;
  auditHead(): AuditHead;
  /** The UUID of a lead, by which the audit trail names it. */
  leadUuid(organization: string, id: string): string;
  /** Rows of the audit trail; of all organizations, and of the store as a whole, for null. */
  listAudit(
    organization: string | null,
    query?: {
      /** Begin after this number: the last one of the page before. */
      after?: number;
      limit?: number;
      subject?: string;
      actor?: string;
      action?: string;
      from?: TimeLike;
      until?: TimeLike;
    },
  ): AuditRow[];
  /** Put a user or an integration in place of the one with its id, or add it, active. */
  putAccount(
    organization: string,
    type: AccountType,
    account: { id: string; role?: string; details?: object },
  ): void;
  getAccount(organization: string, type: AccountType, id: string): StoredAccount;
  listAccounts(organization: string, type: AccountType, query?: Page): StoredAccount[];
  /** Let an account act, or no more. */
  setAccountActive(organization: string, type: AccountType, id: string, active: boolean): void;
  deleteAccount(organization: string, type: AccountType, id: string): void;
  /** The UUID of an active account, for setActor(). Throws LSC_INVALID_ARG for one that is not. */
  accountUuid(organization: string, type: AccountType, id: string): string;
  /**
   * See that no row of the audit trail was changed or taken away, in another thread; with the `head` of an
   * earlier auditHead() none of its end either. Gives how many rows there are. Rejected with LSC_BAD_STORE.
   */
  verify(anchor?: string | null): Promise<number>;
}

/** A feature spec (docs/feature-spec.md), or its JSON. */
export type SpecLike = object | string;

/** Leads with what became of them. Paths, as the program takes them (docs/lead.md, docs/events.md). */
export type Leads =
  | Naming & {
      /** NDJSON files. */
      leads: string;
      activities?: string;
      outcomes?: string;
      /** Drop activities and outcomes of leads that are not there; else they are LSC_BAD_LEAD. */
      ignoreUnknown?: boolean;
    }
  | {
      /** A CSV table, a lead a row. */
      table: string;
      /** The column that says how it ended. */
      label?: string;
      /** Its value that means success; 1, true, yes and y where nothing is said. */
      positive?: string;
      /** The column of ids. */
      id?: string;
      delimiter?: string;
      /** Columns that an inferred spec leaves out, and protected ones that it takes all the same. */
      exclude?: readonly string[];
      include?: readonly string[];
      /** What columns mean; where nothing is said each is a property of its own name. */
      aliases?: Aliases | AliasesName | null;
    }
  | {
      /** A CSV file of events, a row each. */
      events: string;
      /** What its columns are. */
      map: object | string;
      delimiter?: string;
    }
  | {
      /** The leads of an organization in a store. */
      store: string;
      organization: string;
      key?: StoreKey;
    };

/** How rows are made of leads with times; the library's own where nothing is said, or 0. */
export interface RowOptions {
  /** A lead converts within so many days. */
  horizonDays?: number;
  /** Leads are looked at every so many days, */
  everyDays?: number;
  /** so many times at the most. */
  rowsPerLead?: number;
  /** At times of the calendar, once `asOfDays` after the lead came to be, or so long before each outcome. */
  asOf?: 'every' | 'created' | 'before_outcome';
  asOfDays?: number;
  /** A lead that converted may do so again. */
  repeats?: boolean;
  seed?: number;
}

/** How far training is. */
export interface TrainingNews {
  /** What is being done, such as "training the folds". */
  stage: string;
  /** Of the whole, 0 to 1; null where that is unknown. */
  fraction: number | null;
}

/** docs/training.md says what each is; the library's own where nothing is said, or 0. */
export interface TrainOptions extends RowOptions, Watch<TrainingNews> {
  /** What is computed. Where nothing is said, that of a table or of events is inferred. */
  spec?: SpecLike;
  name?: string;
  version?: string;
  modelType?: 'behavioral' | 'demographic' | 'composite';
  effort?: 'standard' | 'quick' | 'best';
  learner?: 'trees' | 'additive' | 'ladder';
  validation?: 'usual' | 'both';
  folds?: number;
  foldRepeats?: number;
  gateAuc?: number;
  gateOutcomes?: number;
  /** Must be beaten on the newest data. */
  incumbent?: Model;
  /** Goes into the bundle; without it the same data and seed give the same bytes. */
  created?: TimeLike;
  threads?: number;
  /** Leave out what may tell what was not known yet. */
  dropLeaks?: boolean;
  /** The path of XGBoost's library, for the first training of the process; the system's where nothing is said. */
  xgboost?: string;
}

/** What training gave. */
export interface Training {
  /** The model, for loadModel(), Store.addModel() or writeBundle(). */
  bundle: Uint8Array;
  gatePassed: boolean;
  gateReasons: string[];
  /** docs/metrics.md */
  metrics: Record<string, unknown>;
  /** Columns that may tell what was not known yet (docs/leaks.md). */
  leaks: { column: string; reason: string }[];
}

/**
 * Train a model in a thread of its own. It is fulfilled when a bundle was made, whatever its gate says.
 * Rejected with LSC_UNSUPPORTED where XGBoost's library is not there, LSC_BAD_DATA when nothing can be
 * learned, LSC_TRAINING with XGBoost's words, LSC_CANCELLED, and what the files or the spec come to.
 */
export function train(data: Leads, options?: TrainOptions): Promise<Training>;
/** The spec that train() would take where none is given, and what was left out of a table, and why. */
export function inferSpec(
  data: Leads,
  options?: Watch<TrainingNews>,
): Promise<{ spec: Record<string, unknown>; notes: string[] }>;
/** The rows that train() would make, for a look or another tool. Nothing is learned into the spec. */
export function trainingRows(
  data: Leads,
  options?: RowOptions & { spec?: SpecLike; signal?: StopSignal },
): Promise<{
  /** Their names. */
  columns: string[];
  /** Of the lead of each row. */
  ids: string[];
  /** null in a table. */
  asOf: (Date | null)[];
  /** float32 [ids.length][columns.length], NaN where a value is missing. */
  rows: Float32Array;
  /** 1: it converts. */
  labels: Uint8Array;
}>;
/** Measure a model on leads whose outcome is known, as training does (docs/metrics.md). */
export function evaluate(
  model: Model,
  data: Leads,
  options?: RowOptions & Watch<TrainingNews>,
): Promise<Record<string, unknown>>;
/** Whether leads are still such as a model was trained on (docs/drift.md). `asOf` is needed where they have times. */
export function drift(
  model: Model,
  data: Leads,
  options?: { asOf?: TimeLike; horizonDays?: number; seed?: number } & Watch<TrainingNews>,
): Promise<Record<string, unknown>>;
/** Metrics of probabilities, with intervals (docs/metrics.md). Throws LSC_BAD_DATA where there is one class only. */
export function metrics(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  options?: { seed?: number },
): Record<string, unknown>;

/**
 * Make a bundle of a model that XGBoost saved, from its path or its bytes (docs/import.md). Throws LSC_BAD_MODEL,
 * LSC_UNSUPPORTED naming what is not read.
 */
export function importModel(
  source: string | Uint8Array,
  options?: { spec?: SpecLike; name?: string; version?: string; created?: TimeLike },
): Uint8Array;
/** Make a bundle of a spec and a scorecard (docs/scorecard.md). */
export function buildScorecard(name: string, spec: SpecLike, scorecard: object | string): Uint8Array;
/** Write a bundle to a file, whole or not at all. */
export function writeBundle(path: string, bundle: Uint8Array): void;
/** Sign a bundle with an Ed25519 key as PEM. The same bundle and key give the same bytes. Throws LSC_BAD_KEY. */
export function signBundle(
  bundle: Uint8Array,
  privateKey: string,
  options?: { passphrase?: string },
): { bundle: Uint8Array; keyId: string };
/** The id of a public key as PEM, as ModelInfo.signedBy has it. */
export function publicKeyId(publicKey: string): string;

/** The version of the library. */
export const version: string;
