// Types of the package `leadscore`. What may be thrown, beside what is said here: docs/node.md.

export * from './types/inputs.js';
export * from './types/results.js';
export * from './types/model.js';
export * from './types/stored.js';
export * from './types/store.js';
export * from './types/training.js';
export * from './types/bundles.js';

/** The version of the library. */
export const version: string;
