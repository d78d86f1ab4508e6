// What a score is and why, and what a model says of itself.

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
  /** Of eraseLead(): ids of the models that were trained from the lead, where it is gone and purge() is to end it. */
  readonly models?: string[];
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
