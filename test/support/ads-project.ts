// A folder with a configuration for ad events, as a user would have it, and what came out of it.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { runProgram } from "./program.ts";
import { tempFolder } from "./temp-folder.ts";

export interface AdsProjectOptions {
  /** Globs, absolute or relative to the project's folder. */
  readonly include?: readonly string[];
  readonly followLinks?: boolean;
  readonly batchBytesMax?: string;
  readonly flightBatchesMax?: number;
  /** More summaries, as the configuration has them. */
  readonly summaries?: Readonly<Record<string, unknown>>;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly store?: Readonly<Record<string, unknown>>;
  /** Made before the tests, so that `remove` has to be called in the end. */
  readonly isInHook?: boolean;
}

/** What `run --json` prints. */
export interface RunReport {
  readonly lines: number;
  readonly bytes: number;
  readonly parsed: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly dead_lettered: number;
  readonly batches: number;
  readonly redelivered: number;
  readonly duplicates: number;
  readonly seconds: number;
  readonly events_per_second: number;
  readonly summaries: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly total: Readonly<Record<string, unknown>> & { readonly lines: number };
}

const campaigns = {
  from: ["ads"],
  dimensions: ["campaign"],
  metrics: {
    impressions: { type: "count", where: 'event == "impression"' },
    events: { type: "count" },
    revenue: { type: "sum", field: "revenue", scale: 6 },
    dearest: { type: "max", field: "revenue", scale: 6 },
    users: { type: "hll", field: "user", log2m: 11, regwidth: 5 },
  },
};

const hourly = {
  from: ["ads"],
  granularity: "hour",
  dimensions: ["event", "size"],
  where: 'event != "viewable"',
  metrics: {
    events: { type: "count" },
    cheapest: { type: "min", field: "revenue", scale: 6 },
    users: { type: "hll", field: "user", log2m: 8, regwidth: 5 },
  },
};

export class AdsProject {
  readonly folder: string;
  readonly configPath: string;
  readonly logs: string;

  constructor(options: AdsProjectOptions = {}) {
    const isInHook = options.isInHook ?? false;
    this.folder = isInHook ? mkdtempSync(join(tmpdir(), "logmill-test-")) : tempFolder();
    this.configPath = join(this.folder, "logmill.yaml");
    this.logs = join(this.folder, "logs");
    mkdirSync(this.logs);
    this.configure(options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes the configuration, anew if there was one. */
  configure(options: AdsProjectOptions): void {
    const config = {
      timezone: "America/Los_Angeles",
      cluster: {
        batch: { max_bytes: options.batchBytesMax ?? "1MiB" },
        max_in_flight: options.flightBatchesMax ?? 32,
        ...options.cluster,
      },
      http: { port: 0 },
      store: options.store ?? {},
      sources: {
        ads: {
          type: "file",
          include: options.include ?? ["logs/*"],
          follow_links: options.followLinks ?? false,
          format: {
            type: "rsyslog",
            payloads: {
              EVT_V1: {
                type: "csv",
                fields: ["event", "user", "campaign", "placement", "size", "ip", "revenue"],
              },
            },
          },
        },
      },
      summaries: { campaigns, hourly, ...options.summaries },
      outputs: { files: { type: "csv", path: "out/{summary}/{bucket}.csv", bounds: true } },
    };
    writeFileSync(this.configPath, stringify(config));
  }

  /** Runs `logmill run --json` to its end. Fails unless it exits with 0. */
  async run(...args: string[]): Promise<RunReport> {
    const { exitCode, stdout, stderr } = await runProgram([
      "run",
      "-c",
      this.configPath,
      "--json",
      ...args,
    ]);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode ?? "none"}\n${stderr}`);
    return JSON.parse(stdout) as RunReport;
  }

  /** All files of the output, by path below it. */
  outputs(): Map<string, string> {
    const out = join(this.folder, "out");
    if (!existsSync(out)) return new Map();
    const paths = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    return new Map(paths.map((path) => [relative(out, path), readFileSync(path, "utf8")]));
  }
}

/** Writes a seeded log of ad events, cut into files; returns their paths. */
export async function generateAds(
  path: string,
  options: {
    readonly events: number;
    readonly seed: number;
    readonly files?: number;
    readonly isInHook?: boolean;
  },
): Promise<string[]> {
  const files = options.files ?? 1;
  const { exitCode, stderr } = await runProgram(
    [
      "generate",
      "ads",
      `--events=${options.events}`,
      `--seed=${options.seed}`,
      `--files=${files}`,
      `--out=${path}.log`,
      "--malformed=0.01",
    ],
    { isInHook: options.isInHook ?? false },
  );
  if (exitCode !== 0) throw new Error(stderr);
  if (files === 1) return [`${path}.log`];
  return Array.from({ length: files }, (_, index) => `${path}-${index + 1}.log`);
}
