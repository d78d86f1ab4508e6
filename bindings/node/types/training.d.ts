// Training, and what is measured on leads.

import type { Aliases, AliasesName, FilePath, Naming, TimeLike } from './inputs.js';
import type { Model, StopSignal, Watch } from './model.js';
import type { Actor, StoreKey } from './stored.js';

/** A feature spec (docs/feature-spec.md), or its JSON. */
export type SpecLike = object | string;

/** Leads with what became of them. Paths, as the program takes them (docs/lead.md, docs/events.md). */
export type Leads =
  | Naming & {
      /** NDJSON files. */
      leads: FilePath;
      activities?: FilePath;
      outcomes?: FilePath;
      /** Drop activities and outcomes of leads that are not there; else they are LSC_BAD_LEAD. */
      ignoreUnknown?: boolean;
    }
  | {
      /** A CSV table, a lead a row. */
      table: FilePath;
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
      events: FilePath;
      /** What its columns are. */
      map: object | string;
      delimiter?: string;
    }
  | {
      /** The leads of an organization in a store. */
      store: FilePath;
      organization: string;
      key?: StoreKey;
      /** Who reads: an audited store notes "read all leads", and without one throws LSC_INVALID_ARG. */
      actor?: Actor;
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
  /**
   * Of leads of a store, note in it which were read, so that eraseLead() names the model; true where nothing is said.
   * Do not for a store that may only be read.
   */
  noted?: boolean;
  /** The path of XGBoost's library, for the first training of the process; the system's where nothing is said. */
  xgboost?: FilePath;
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
  /**
   * How many of a store's leads that it was trained on were deleted meanwhile. No erasure will name the model: better
   * train again. 0 where nothing was noted.
   */
  leadsGone: number;
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
