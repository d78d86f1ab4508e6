// Models: loaded, shared, scoring.

import type { ActivitiesLike, FilePath, LeadLike, Naming, TimeLike } from './inputs.js';
import type { Explanation, ModelInfo, Result } from './results.js';

declare global {
  /** For who has no "esnext.disposable" in `lib`. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
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
  /** The same: `using model = loadModel(path)`. */
  [Symbol.dispose](): void;
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
   * Score a table in another thread, from 4,096 rows on in two: float32 [rows][nColumns], row after row. It is
   * copied, unless it stands in shared memory (newTable()): that must not change until the promise is settled.
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
  /** Contributions of a table, in other threads as predict() has them: float32 [rows][nColumns + 1], the base value last. */
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
export function loadModel(source: FilePath | Uint8Array, options?: LoadOptions): Model;
/** The same in another thread. */
export function loadModelAsync(source: FilePath | Uint8Array, options?: LoadOptions): Promise<Model>;
/**
 * The model that another thread of the process shares, by its ticket: nothing is loaded or copied, and it
 * stays when that thread closes its own. Throws LSC_NOT_FOUND where it is not shared any more.
 */
export function loadShared(ticket: number): Model;
