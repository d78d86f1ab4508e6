// What a store takes and holds.

import type { TimeLike } from './inputs.js';
import type { Receipt, Result } from './results.js';

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
  /** As that of an Explanation. */
  baseline: number | null;
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

/** An activity as lists give it. */
export interface StoredActivity {
  id: string;
  /** "": not said. */
  source: string;
  type: string;
  time: Date;
  recordedTime: Date;
  bot: boolean;
  /** Its properties: flat, with dotted names. */
  data: Record<string, unknown>;
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
