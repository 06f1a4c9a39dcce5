// One run over contents that mean harm, each a source of its own: what can be counted is, the rest is
// rejected under its reason, every balance adds up, and memory stays bounded.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { stringify } from "yaml";
import { expect, it } from "vitest";
import {
  emptySourceSheet,
  emptySummarySheet,
  unbalancedLines,
  unbalancedParsed,
} from "../../src/shared/model/sheet.ts";
import { nodeFileSystem } from "../../src/sink/disk/node-file-system.ts";
import { ReadOnlyStore } from "../../src/sink/store/embedded/read-only-store.ts";
import { recordEvidence } from "../support/evidence.ts";
import { peakMemory } from "../support/peak-memory.ts";
import { Program } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const MiB = 1024 * 1024;
/** What any process may hold; the largest input is 200 MiB of content, or a line of 100 MiB. */
const peakMax = 400 * MiB;

function line(user: string, value = "1", time = "2011-06-30T12:00:00Z"): string {
  return `${time} h EVT_V1 ${user},${value}\n`;
}

/** The first line of an input: contents that begin alike would be taken for one. */
const good = (name: string): string => line(`u-${name}`);
const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))),
  );

interface Hostile {
  readonly content: Buffer;
  /** Lines that count, and those that do not, by reason. */
  readonly accepted: number;
  readonly rejected?: Readonly<Record<string, number>>;
  /** What the run says about it; absent where it was read to its end and some line counts. */
  readonly problem?: RegExp;
}

/** Keys that collide in 31-based hashes, and integers as text, for tables that hash like that. */
const colliding = Array.from({ length: 4096 }, (_, index) =>
  Array.from({ length: 12 }, (_, bit) => ((index >> bit) & 1 ? "Aa" : "BB")).join(""),
);
const integers = Array.from({ length: 4096 }, (_, index) => String(index * 2 ** 20));

const inputs: Readonly<Record<string, Hostile>> = {
  names: {
    content: bytes(
      ["__proto__", "constructor", "toString", "hasOwnProperty"].map((n) => line(n)).join(""),
    ),
    accepted: 4,
  },
  nul: {
    content: bytes(good("nul"), [0], "\n", line("a\0b"), [0, 0, 0], "\n"),
    accepted: 2,
    rejected: { nul_bytes: 2 },
  },
  crlf: {
    content: bytes(good("crlf").replace("\n", "\r\n"), "\r\n", good("crlf")),
    accepted: 2,
    rejected: { blank: 1 },
  },
  lone_cr: {
    content: bytes(good("lone_cr").replace("\n", "\r"), good("lone_cr")),
    accepted: 0,
    rejected: { bad_number: 1 },
    problem: /lone_cr\.log: the only line was rejected \(1 bad_number\)/,
  },
  bom: {
    content: bytes([0xef, 0xbb, 0xbf], good("bom"), good("bom")),
    accepted: 2,
  },
  invalid_utf8: {
    content: bytes(
      good("invalid_utf8"),
      "2011-06-30T12:00:00Z h EVT_V1 ",
      [0xff, 0xfe],
      ",1\n",
      "2011-06-30T12:00:00Z h EVT_V1 ",
      [0xed, 0xa0, 0x80],
      ",1\n",
    ),
    accepted: 3,
  },
  separators: { content: bytes(line("a\u2028b"), line("a\u2029b"), line("\u0085")), accepted: 3 },
  escapes: {
    content: bytes(line("\u001b]0;owned\u0007\u001b[2J"), line("\u202eevil")),
    accepted: 2,
  },
  numbers: {
    content: bytes(
      ...[
        "1e999",
        "NaN",
        "Infinity",
        "9223372036854775807",
        "9223372036854775808",
        "9".repeat(60_000),
        "0x10",
        "1.5",
      ].map((n) => line("u", n)),
      ...["-0", "-9223372036854775807", "+1", "9223372036854775806"].map((n) => line("u", n)),
    ),
    accepted: 4,
    rejected: { bad_number: 8 },
  },
  million_digits: {
    content: bytes(line("u", "1".repeat(1_000_000)), good("million_digits")),
    accepted: 1,
    rejected: { line_too_long: 1 },
  },
  times: {
    content: bytes(
      ...[
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
      ].map((t) => line("u", "1", t)),
      ...["1970-01-01T00:00:00Z", "2261-12-31T23:59:59Z"].map((t) => line("u", "1", t)),
    ),
    accepted: 2,
    rejected: { bad_timestamp: 4 },
  },
  collisions: {
    content: bytes([...colliding, ...integers].map((n) => line(n)).join("")),
    accepted: 8192,
  },
  long_line: {
    content: Buffer.concat([
      Buffer.from(good("long_line")),
      Buffer.alloc(100 * MiB, "x"),
      Buffer.from(`\n${good("long_line")}`),
    ]),
    accepted: 2,
    rejected: { line_too_long: 1 },
  },
  no_end: {
    content: Buffer.concat([Buffer.from(good("no_end")), Buffer.alloc(8 * MiB, "y")]),
    accepted: 1,
  },
  bomb: {
    content: gzipSync(Buffer.alloc(200 * MiB)),
    accepted: 0,
    rejected: { nul_bytes: 1 },
    problem: /bomb\.log: the only line was rejected \(1 nul_bytes\)/,
  },
  bomb_of_lines: {
    content: gzipSync(Buffer.from(good("bomb_of_lines").repeat(200_000))),
    accepted: 200_000,
  },
  nested: {
    content: gzipSync(gzipSync(gzipSync(Buffer.from(good("nested"))))),
    accepted: 0,
    problem: /nested\.log/,
  },
  members: {
    content: Buffer.concat([
      gzipSync(good("members")),
      gzipSync(good("members")),
      gzipSync(""),
      gzipSync(good("members")),
    ]),
    accepted: 3,
  },
  padded: { content: Buffer.concat([gzipSync(good("padded")), Buffer.alloc(10_000)]), accepted: 1 },
  garbage_behind: {
    content: Buffer.concat([gzipSync(good("garbage_behind")), Buffer.from("and then garbage")]),
    accepted: 1,
    problem: /garbage_behind\.log is damaged gzip/,
  },
  cut: {
    content: gzipSync(good("cut").repeat(1000)).subarray(0, -8),
    accepted: 1000,
    problem: /cut\.log is damaged gzip/,
  },
  empty: { content: Buffer.alloc(0), accepted: 0 },
  magic_only: {
    content: Buffer.from([0x1f, 0x8b, 0x08]),
    accepted: 0,
    problem: /magic_only\.log is damaged gzip/,
  },
};

function configure(folder: string): string {
  const names = Object.keys(inputs);
  const payloads = { EVT_V1: { type: "csv", fields: ["user", "value"] } };
  const sources = names.map((name) => {
    const include = [`logs/${name}.log`];
    return [name, { type: "file", include, format: { type: "rsyslog", payloads } }];
  });
  const config = {
    http: { port: 0 },
    sources: Object.fromEntries(sources) as unknown,
    summaries: {
      users: {
        from: names,
        granularity: "month",
        dimensions: ["user"],
        metrics: {
          events: { type: "count" },
          total: { type: "sum", field: "value" },
          least: { type: "min", field: "value" },
        },
      },
    },
    outputs: { files: { type: "csv", path: "out/{bucket}.csv" } },
  };
  const path = join(folder, "logmill.yaml");
  writeFileSync(path, stringify(config));
  return path;
}

it("counts what can be counted of hostile contents, rejects the rest and holds little of it", async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "logs"));
  for (const [name, { content }] of Object.entries(inputs)) {
    writeFileSync(join(folder, "logs", `${name}.log`), content);
  }
  const program = new Program(["run", "-c", configure(folder), "--json", "--workers", "1"]);
  const peak = await peakMemory(program);
  const { exitCode, stderr } = await program.finished;
  expect(exitCode, stderr).toBe(1);

  const store = await ReadOnlyStore.open(nodeFileSystem, join(folder, "data", "store"));
  const { sources, summaries } = await store.sheets();
  await store.close();
  for (const [name, { accepted, rejected = {}, problem }] of Object.entries(inputs)) {
    const sheet = sources[name] ?? emptySourceSheet;
    const ofSummary = summaries["users"]?.[name] ?? emptySummarySheet;
    const both = { ...sheet.rejected, ...ofSummary.rejected };
    expect([name, ofSummary.counted, both], name).toEqual([name, accepted, rejected]);
    expect([unbalancedLines(sheet), unbalancedParsed(ofSummary)], name).toEqual([0, 0]);
    if (problem === undefined) expect(stderr).not.toContain(`${name}.log`);
    else expect(stderr).toMatch(problem);
  }

  const csv = readFileSync(join(folder, "out", "2011-06.csv"), "utf8").split("\n");
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    expect(csv).toContain(`${name},1,1,1`);
  }
  expect(csv).toContain("u,4,0,-9223372036854775807");
  expect(peak).toBeLessThan(peakMax);
  for (const name of Object.keys(inputs)) {
    recordEvidence({
      part: "hostile input",
      fault: `content: ${name}`,
      expected:
        "lines that can be read count, the others are rejected under their reason, memory is bounded",
      observed: `balance adds up; peak of the largest process in the run ${Math.round(peak / MiB)} MiB`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  }
});
