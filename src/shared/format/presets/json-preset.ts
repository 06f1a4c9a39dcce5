// Logs that are JSON and always have the same members: where the fields are, and real lines with the fields
// that they hold, from which the documentation and tests are made.

export interface JsonPreset {
  /** Whose lines they are. */
  readonly about: string;
  /** Paths by field, as a configuration has them. */
  readonly paths: Readonly<Record<string, string>>;
  /** The form of the time, where it is not read as it is. */
  readonly form?: string;
  readonly examples: readonly {
    readonly line: string;
    /** Fields that are not missing; the time is `timestamp`, in UTC. */
    readonly is: Readonly<Record<string, string>>;
  }[];
}
