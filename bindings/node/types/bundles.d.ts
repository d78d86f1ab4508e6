// Bundles made, written and signed.

import type { FilePath, TimeLike } from './inputs.js';
import type { SpecLike } from './training.js';

/**
 * Make a bundle of a model that XGBoost saved, from its path or its bytes (docs/import.md). Throws LSC_BAD_MODEL,
 * LSC_UNSUPPORTED naming what is not read.
 */
export function importModel(
  source: FilePath | Uint8Array,
  options?: { spec?: SpecLike; name?: string; version?: string; created?: TimeLike },
): Uint8Array;
/** Make a bundle of a spec and a scorecard (docs/scorecard.md). */
export function buildScorecard(name: string, spec: SpecLike, scorecard: object | string): Uint8Array;
/** Write a bundle to a file, whole or not at all. */
export function writeBundle(path: FilePath, bundle: Uint8Array): void;
/** Sign a bundle with an Ed25519 key as PEM. The same bundle and key give the same bytes. Throws LSC_BAD_KEY. */
export function signBundle(
  bundle: Uint8Array,
  privateKey: string,
  options?: { passphrase?: string },
): { bundle: Uint8Array; keyId: string };
/** The id of a public key as PEM, as ModelInfo.signedBy has it. */
export function publicKeyId(publicKey: string): string;
