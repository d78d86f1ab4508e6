// What calls take, in whichever form it is given.

/** The path of a file, or its URL: `new URL('model.lsm', import.meta.url)`. */
export type FilePath = string | FileUrl;
/** An URL, whoever declares that type. */
export interface FileUrl {
  readonly href: string;
  readonly protocol: string;
}
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
