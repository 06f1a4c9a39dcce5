// Fail-points: named places at which a test can make a real process die, stop or see its disk fail.
// They exist only in a build that is made for it (`node scripts/build.mjs --fail-points`); in every
// other the bundler replaces the constant by `false`, and neither the calls nor the names are left.
//
//   LOGMILL_TEST=1 LOGMILL_FAILPOINT=sink.wal.written:3:kill
//
// kills the process when it is there for the third time. Several entries, divided by commas, are used
// one after the other, also by the processes that are started in place of the dead: how many were used
// is the size of the file that LOGMILL_FAILPOINT_FILE names, which holds one byte for each. Without
// such a file there is one entry, and it meets every process anew.
//
// A killed process loses what it had in memory, and not what it had handed to the system: what a power
// cut does to the rest is tested on a disk in memory.

import { appendFileSync, statSync } from "node:fs";
import { LogmillError } from "./errors.ts";

/** In this build there are fail-points: for steps that are taken for their sake alone. */
export const failPointsExist: boolean =
  typeof __LOGMILL_FAIL_POINTS__ !== "undefined" && __LOGMILL_FAIL_POINTS__;

const failPointNames = [
  // The log of the store: a group of batches.
  "sink.wal.before-write", // nothing of the group is written
  "sink.wal.torn", // half of its bytes are written
  "sink.wal.written", // all bytes are written and not synced
  "sink.wal.synced", // synced, not merged
  "sink.commit.merged", // merged, nobody is told
  "sink.ack.sent", // the acknowledgements are handed to the socket
  // The log of the store: going on in a new file.
  "sink.wal.created", // the new file is there, the old one is not sealed
  "sink.wal.sealed", // the old file is sealed, nothing is in the new one
  // A flush of live tables.
  "sink.flush.frozen", // the log goes on in a new file, no segment is begun
  "sink.flush.replaced", // the manifest names the segment, the old log is there
  "sink.log.deleted", // the first log file of those to be deleted is gone
  "sink.log.all-deleted", // all of them are
  // A segment, of a flush or a compaction.
  "sink.segment.created", // its header is written
  "sink.segment.block", // a block of rows is packed, and written or waits for others
  "sink.segment.written", // all of it is written and not synced
  "sink.segment.synced", // synced, and its name is not
  "sink.segment.durable", // its name is synced, and no manifest names it
  // The manifest.
  "sink.manifest.written", // the draft is written and not synced
  "sink.manifest.synced", // the draft is synced
  "sink.manifest.renamed", // the draft is the manifest, and the directory is not synced
  "sink.manifest.durable", // the directory is synced
  "sink.manifest.edited", // an edit is appended and not synced
  "sink.manifest.edit-synced", // it is synced
  // Compaction.
  "sink.compaction.started", // runs are chosen
  "sink.compaction.merged", // the new segment is durable, the manifest names the old ones
  "sink.compaction.replaced", // the manifest names the new one, the old ones are there
  "sink.compaction.removed", // one of the old ones is deleted
  "sink.rebuild.replaced", // the manifest has forgotten a summary, its segments are there
  // Starting, after another process has died.
  "sink.open.loaded", // everything is read, nothing is repaired
  "sink.open.cut", // the torn tail of the log is cut off, and the rest synced
  "sink.open.removed", // a leftover file is removed
  // The files of an output.
  "sink.output.written", // the temporary file is written and synced
  "sink.output.renamed", // it has its name, which is not remembered yet
  "sink.output.remembered", // and now it is
  // Roles without a store.
  "ventilator.read.mid-file", // a batch is cut, and not in the flight
  "ventilator.batch.before-send", // a worker is chosen for it
  "ventilator.batch.sent", // it is handed to the socket
  "worker.batch.summarised", // its partial is not sent
  "worker.partial.sent", // its partial is handed to the socket, and the ventilator is not told
] as const;

export type FailPointName = (typeof failPointNames)[number];

const failActions = ["kill", "abort", "stop", "throw", "eio", "enospc"] as const;

interface Entry {
  readonly name: FailPointName;
  /** Acts when the process is there so often, counted from 1. */
  readonly nth: number;
  readonly action: (typeof failActions)[number];
}

interface Script {
  readonly entries: readonly Entry[];
  /** Its size is the number of entries that were used. */
  readonly usedPath: string | null;
}

interface Progress {
  readonly script: Script;
  /** The entry that `visits` is about. */
  index: number;
  visits: number;
}

let progress: Progress | null | undefined;

/**
 * Does what the environment asks for at this place, which in a normal build is nothing.
 * @throws whatever a disk would (`eio`, `enospc`) or an Error (`throw`).
 */
export function failPoint(name: FailPointName): void {
  if (typeof __LOGMILL_FAIL_POINTS__ !== "undefined" && __LOGMILL_FAIL_POINTS__) visit(name);
}

/**
 * To be called once by a process that is about to work.
 * @throws LogmillError `config_invalid` when fail-points are asked for and this is no test.
 */
export function checkFailPoints(): void {
  if (typeof __LOGMILL_FAIL_POINTS__ !== "undefined" && __LOGMILL_FAIL_POINTS__) {
    progress = progressOf(process.env);
  }
}

function visit(name: FailPointName): void {
  if (progress === undefined) progress = progressOf(process.env);
  if (progress === null) return;
  const { entries, usedPath } = progress.script;
  const index = usedPath === null ? 0 : used(usedPath);
  const entry = entries[index];
  if (entry?.name !== name) return;
  if (index !== progress.index) {
    progress.index = index;
    progress.visits = 0;
  }
  progress.visits += 1;
  if (progress.visits !== entry.nth) return;
  if (usedPath !== null) appendFileSync(usedPath, "x");
  act(entry);
}

function used(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function act({ name, action }: Entry): void {
  switch (action) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      break;
    case "abort":
      process.abort();
      break;
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      break;
    case "throw":
      throw new Error(`fail-point ${name}`);
    case "eio":
    case "enospc": {
      const code = action.toUpperCase();
      throw Object.assign(new Error(`${code}: fail-point ${name}`), { code });
    }
  }
}

function progressOf(env: NodeJS.ProcessEnv): Progress | null {
  const text = env["LOGMILL_FAILPOINT"];
  if (text === undefined) return null;
  if (env["LOGMILL_TEST"] !== "1") {
    throw refused("is for tests alone, and LOGMILL_TEST=1 is not set");
  }
  const entries = text.split(",").map(entryOf);
  const usedPath = env["LOGMILL_FAILPOINT_FILE"] ?? null;
  if (entries.length > 1 && usedPath === null) {
    throw refused(
      "has several entries, and LOGMILL_FAILPOINT_FILE does not say where to count them",
    );
  }
  return { script: { entries, usedPath }, index: 0, visits: 0 };
}

function entryOf(text: string): Entry {
  const [name, nthText, action] = text.split(":");
  const nth = Number(nthText);
  const known = failPointNames.find((one) => one === name);
  const meant = failActions.find((one) => one === action);
  if (known === undefined || meant === undefined || !(Number.isSafeInteger(nth) && nth > 0)) {
    throw refused(
      `has the entry ${text}, which is not NAME:NTH:ACTION of src/shared/base/fail-point.ts`,
    );
  }
  return { name: known, nth, action: meant };
}

function refused(problem: string): LogmillError {
  return new LogmillError("config_invalid", `LOGMILL_FAILPOINT ${problem}; unset it`);
}
