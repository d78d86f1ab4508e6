// A store.

import type { ActivitiesLike, FilePath, LeadLike, Naming, TimeLike } from './inputs.js';
import type { AsOf, LoadOptions, Model, Watch } from './model.js';
import type { Explanation } from './results.js';
import type {
  AccountType, Actor, AuditHead, AuditRow, Consent, CopyNews, GradeConversion, IngestCounts, Page, Performance,
  RescoringCounts, Retention, RetentionCounts, ScoreChange, ScoreCount, StaleLead, StoreCounts, StoreKey,
  StoreOptions, StoredAccount, StoredActivity, StoredLead, StoredModel, StoredOrganization, StoredScore,
} from './stored.js';

/**
 * One connection to a file with organizations, leads, models and scores (docs/store.md). Calls wait for
 * the disk in this thread. Throws, beside what is said: LSC_NOT_FOUND for an unknown organization, lead
 * or model; LSC_BUSY when another connection wrote for too long; LSC_IO; LSC_BAD_STORE.
 */
export class Store {
  private constructor();
  /** Open a store; null: one in memory. Throws LSC_NOT_FOUND, LSC_UNSUPPORTED for a newer one. */
  static open(path: FilePath | null, options?: StoreOptions): Store;
  /** What was begun and not committed is undone. */
  close(): void;
  /** The same: `using store = Store.open(path)`. */
  [Symbol.dispose](): void;
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

  /** Throws LSC_CONFLICT when the e-mail is that of another lead, LSC_BAD_LEAD for a lead without id. */
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
  /** The activities of a lead by time, source and id, or backwards. */
  listActivities(
    organization: string,
    leadId: string,
    query?: {
      /** Begin after this activity: the last one of the page before. */
      after?: { id: string; source?: string; time: TimeLike };
      limit?: number;
      type?: string;
      from?: TimeLike;
      until?: TimeLike;
      latestFirst?: boolean;
    },
  ): StoredActivity[];
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
  addModel(organization: string, bundle: FilePath | Uint8Array, options?: LoadOptions): string;
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
      leads?: FilePath;
      activities?: FilePath;
      outcomes?: FilePath;
      /** Lines that are refused are set aside there; else a refused line ends it. */
      rejects?: FilePath;
      /** Lines a transaction; 5000 where nothing is said. */
      batch?: number;
    } & Naming & Watch<{ lines: number }>,
  ): Promise<IngestCounts>;
  /**
   * Write a copy to a file in another thread, encrypted where a key of 32 bytes is given. Others write
   * meanwhile; this store cannot be used until the promise is settled.
   */
  backup(path: FilePath, options?: { key?: StoreKey } & Watch<CopyNews>): Promise<void>;
  /**
   * Make a store of a backup, in another thread. Throws LSC_CONFLICT where one stands there and
   * `replace` is not given, LSC_BAD_KEY, LSC_BAD_STORE for a backup that was changed.
   */
  static restore(
    backup: FilePath,
    path: FilePath,
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
   * from it, as train() noted, or noteTraining(). Where that is LSC_BUSY, since others read too long, it is
   * deleted, purge() does the rest, and `models` of the error has the ids.
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
  /**
   * Note which leads a model was trained from, where train() did not read them from the store itself. Throws
   * LSC_INVALID_ARG for what is no hash.
   */
  noteTraining(organization: string, sha256: string, leadIds: readonly string[]): void;
  /** Say who acts from now on. Throws LSC_INVALID_ARG for a `uuid` that is none. */
  setActor(actor: Actor): void;
  /** From now on note what is done with personal data, or no more. An actor must be set. */
  setAudited(audited: boolean): void;
  /**
   * Note that something of a lead is given out from a copy of your own, such as a cache of scores. Call it before,
   * and give nothing out where it throws: the lead may be gone. In a store that is not audited it looks whether
   * the lead is there.
   */
  noteAccess(organization: string, leadId: string): void;
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
