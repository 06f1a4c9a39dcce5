// `logmill generate ads|access`: synthetic logs for demonstrations, tests and benchmarks. The same
// seed gives the same bytes, into however many files they are cut.

import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, parse } from "node:path";
import { Readable } from "node:stream";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandModule } from "yargs";
import { parseBucketLabel } from "../../shared/model/bucket.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import type { LineWriter } from "../generator/line-buffer.ts";

interface GenerateArguments {
  readonly kind: "ads" | "access";
  readonly events: number;
  readonly seed: number;
  readonly days: number;
  readonly start: string;
  readonly out: string;
  readonly files: number;
  readonly malformed: number;
  readonly late: number;
  readonly zipf: number;
}

const number = { type: "number", requiresArg: true } as const;

export const generateCommand: CommandModule<object, GenerateArguments> = {
  command: "generate <kind>",
  describe: "Write a synthetic log; the same seed gives the same bytes",
  builder: (command) =>
    command
      .positional("kind", {
        choices: ["ads", "access"],
        demandOption: true,
        describe: "ads: rsyslog lines with CSV payloads; access: combined log of a web server",
      })
      .option("events", { ...number, default: 100_000, describe: "Lines, malformed ones too" })
      .option("seed", { ...number, default: 1, describe: "Any whole number" })
      .option("days", { ...number, default: 3, describe: "Days that the events are spread over" })
      .option("start", {
        type: "string",
        requiresArg: true,
        default: "2011-06-30",
        describe: "First day (ads: at -07:00, access: in UTC)",
      })
      .option("out", {
        alias: "o",
        type: "string",
        requiresArg: true,
        default: "-",
        describe: "File to write; - is standard output",
      })
      .option("files", {
        ...number,
        default: 1,
        describe: "Cut into so many files: log.txt becomes log-1.txt, log-2.txt, …",
      })
      .option("malformed", { ...number, default: 0.001, describe: "Share of lines, 0 to 1" })
      .option("late", { ...number, default: 0.01, describe: "Share of lines, 0 to 1" })
      .option("zipf", {
        ...number,
        default: 1.1,
        describe: "Exponent of how often users come again; 0 is all alike",
      })
      .example("$0 generate ads --events 1000000 --out logs/ads.log --files 3", "") as never,
  handler: generate,
};

async function generate(args: GenerateArguments): Promise<void> {
  const startLocalSec = checkArguments(args);
  const writeLine = await lineWriter(args, startLocalSec);
  let written = 0;
  for (let file = 1; file <= args.files; file += 1) {
    const end = Math.floor((args.events * file) / args.files);
    await writeFile(outputPath(args, file), writeLine, end - written);
    written = end;
  }
}

async function lineWriter(args: GenerateArguments, startLocalSec: number): Promise<LineWriter> {
  const options = {
    events: args.events,
    seed: args.seed,
    startLocalSec,
    days: args.days,
    lateShare: args.late,
    malformedShare: args.malformed,
    zipf: args.zipf,
  };
  if (args.kind === "access") {
    const { accessLines } = await import("../generator/access.ts");
    return accessLines(options);
  }
  const { adLines } = await import("../generator/ads.ts");
  return adLines(options);
}

/** Returns the first second. Throws `usage` naming the option that is out of bounds. */
function checkArguments(args: GenerateArguments): number {
  checkNumber("events", args.events, 0, 1e12, true);
  checkNumber("seed", args.seed, -(2 ** 53), 2 ** 53, true);
  checkNumber("days", args.days, 1, 36_500, true);
  checkNumber("files", args.files, 1, 10_000, true);
  checkNumber("malformed", args.malformed, 0, 1, false);
  checkNumber("late", args.late, 0, 1, false);
  checkNumber("zipf", args.zipf, 0, 10, false);
  if (args.files > 1 && args.out === "-") {
    throw new LogmillError("usage", "--files needs --out: standard output is one file");
  }
  const startLocalSec = parseBucketLabel("UTC", "day", args.start);
  if (startLocalSec === null) {
    throw new LogmillError("usage", `--start: "${args.start}" is no day; write 2011-06-30`);
  }
  return startLocalSec;
}

function checkNumber(name: string, value: number, min: number, max: number, whole: boolean): void {
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  const kind = whole ? "a whole number" : "a number";
  throw new LogmillError("usage", `--${name} must be ${kind} from ${min} to ${max}`);
}

/** null is standard output. */
function outputPath({ out, files }: GenerateArguments, file: number): string | null {
  if (out === "-") return null;
  if (files === 1) return out;
  const { dir, name, ext } = parse(out);
  return `${dir === "" ? "" : `${dir}/`}${name}-${file}${ext}`;
}

async function writeFile(path: string | null, writeLine: LineWriter, lines: number): Promise<void> {
  const { chunksOf } = await import("../generator/line-buffer.ts");
  const chunks = chunksOf(writeLine, lines);
  if (path === null) {
    await writeToReader(process.stdout, chunks);
    return;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(path));
  } catch (error) {
    const { message } = error as Error;
    throw new LogmillError("disk_failed", `cannot write ${path}: ${message}`, { cause: error });
  }
}

/** Waits whenever the reader is behind; one that has read enough (`| head`) is no failure. */
async function writeToReader(stream: Writable, chunks: Iterable<Uint8Array>): Promise<void> {
  const failures: NodeJS.ErrnoException[] = [];
  const onError = (error: NodeJS.ErrnoException): void => void failures.push(error);
  stream.on("error", onError);
  try {
    for (const chunk of chunks) {
      if (stream.destroyed) break;
      if (!stream.write(chunk)) await drained(stream);
    }
  } catch (error) {
    failures.push(error as NodeJS.ErrnoException);
  } finally {
    stream.off("error", onError);
  }
  const failure = failures.find(({ code }) => code !== "EPIPE");
  if (failure !== undefined) throw failure;
}

/** Resolves when the stream takes more, or never will. Rejects with an error of the stream. */
async function drained(stream: Writable): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(stream, "drain", { signal }), once(stream, "close", { signal })]);
  } finally {
    waiting.abort();
  }
}
