// THE table of errors. Every error that a user, an operator or another role can see has one entry
// here: a stable code, what it leads to, and the exit code of a process that ends because of it.
// Programmer errors are not here: those are assertions (`assert.ts`) and crash.

/** What an error leads to; the code that catches it does no more and no less than this. */
export type Consequence =
  | "reject_line" // the line is counted under its reason, the rest goes on
  | "nack_batch" // the batch goes back to the ventilator
  | "drop_peer" // the message or connection is dropped and counted
  | "skip_source" // this input is reported and left, the others go on
  | "stop_process"; // nothing sensible can follow

interface ErrorEntry {
  readonly consequence: Consequence;
  /** sysexits(3): 0 done, 1 a check failed, 2 usage, 75 try again, 78 configuration. */
  readonly exitCode: number;
  /** One sentence for the reference page. */
  readonly help: string;
}

const stop = (exitCode: number, help: string): ErrorEntry => ({
  consequence: "stop_process",
  exitCode,
  help,
});

export const errorTable = {
  usage: stop(2, "The command line is not one that logmill understands."),
  config_invalid: stop(78, "The configuration has faults; all of them are listed."),
  definition_changed: stop(
    78,
    "A summary, or how its lines are read, has changed since its rows were counted; rename, restore, rebuild or adopt it.",
  ),
  plan_mismatch: stop(78, "The roles of one cluster run with different configurations."),
  bad_secret: stop(78, "A file of a key or token is missing, malformed, or open to others."),
  insecure_address: stop(
    78,
    "An address beyond this host needs keys (`logmill keygen`), or --insecure.",
  ),
  protocol_version: stop(78, "The peer speaks another version of the protocol."),
  store_locked: stop(75, "Another process owns the store."),
  store_damaged: stop(1, "A file of the store does not hold what was written to it."),
  store_version: stop(78, "The store was written by a newer logmill."),
  metric_kind_unknown: stop(
    78,
    "A summary has a metric of a kind that this logmill does not know.",
  ),
  temporary_folder: stop(
    78,
    "The folder for temporary files (`TMPDIR`) is missing, or cannot be written to.",
  ),
  data_dir: stop(78, "The folder `data_dir` cannot be written to."),
  store_missing: stop(1, "There is no store at this place."),
  disk_failed: stop(
    1,
    "The operating system failed a write or an fsync; nothing was acknowledged.",
  ),
  store_full: stop(
    1,
    "The store's disk stayed full; what was acknowledged is safe, and the next run goes on from there.",
  ),
  output_failed: stop(
    1,
    "A file of an output could not be written; its tables are safe in the store, run again.",
  ),
  output_unavailable: stop(
    75,
    "A server that an output writes to is not reached, or takes no writes now; its tables are safe in the store, run again.",
  ),
  address_unusable: stop(75, "An address could not be bound or connected; another process has it."),
  table_unavailable: stop(
    75,
    "A worker could not get a table of values from its ventilator as it was announced.",
  ),
  batch_failed: stop(
    1,
    "Nothing gets through: batches are given up, damaged or refused as overlapping, again and again.",
  ),
  role_unreachable: stop(1, "A role does not answer on the HTTP address that was named."),
  role_failed: stop(1, "A role died again and again, and the run was given up."),
  unknown_summary: stop(2, "No summary of this name is configured or stored."),
  kernel_memory: stop(1, "Tables outgrew the 4 GiB of memory that one process can address."),
  internal: stop(70, "A fault of logmill itself."),
  source_unreadable: {
    consequence: "skip_source",
    exitCode: 1,
    help: "An input could not be read to its end; what was read before counts.",
  },
  bad_message: {
    consequence: "drop_peer",
    exitCode: 1,
    help: "A message is not one of the protocol; it was dropped and counted.",
  },
  bad_sketch: stop(
    1,
    "The bytes are no sketch of the form that was named, or a sketch has no such form or value.",
  ),
  bad_table: {
    consequence: "nack_batch",
    exitCode: 1,
    help: "The bytes are not a table, or were damaged on their way.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** An expected failure with a stable `code`; `message` says what happened and how to fix it. */
export class LogmillError extends Error {
  readonly code: ErrorCode;
  /** Facts for programs and logs, never secrets. */
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; fields?: Readonly<Record<string, string | number>> } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "LogmillError";
    this.code = code;
    this.fields = options.fields ?? {};
  }

  get exitCode(): number {
    return errorTable[this.code].exitCode;
  }

  get consequence(): Consequence {
    return errorTable[this.code].consequence;
  }
}
