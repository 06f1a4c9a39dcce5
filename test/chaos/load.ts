// The load: ad events in files that grow, appear, are rotated and compressed while they are read.
// Every line is counted as it is written, by who made it up and so knows what it means: that count
// shares nothing with the code that is being tested.

import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Random } from "../../src/shared/base/prng.ts";
import { between, oneOf } from "./random.ts";

/** `rest` is what is still owed to the file */
interface Growing {
  path: string;
  bytes: number;
  rest: string;
}

export interface Row {
  events: number;
  /** Millionths */
  revenue: number;
  users: Set<number>;
}

/** What must come out */
export interface Counted {
  /** begun; every one of them is ended before the load is over */
  lines: number;
  bytes: number;
  /** By every summary */
  counted: number;
  /** By every summary */
  filtered: number;
  /** By reason, by the format or by every summary */
  rejected: Map<string, number>;
  /** By day and campaign */
  campaigns: Map<string, Map<string, Row>>;
  /** By hour and kind of event */
  kinds: Map<string, Map<string, Row>>;
}

const days = ["2011-06-30", "2011-07-01", "2011-07-02"];
const kinds = ["impression", "impression", "impression", "click", "conversion", "viewable"];
const growingFiles = 3;
/** A file is left alone after so many bytes, and another one begun. */
const fileBytesMax = 1_500_000;

/** Reasons of the format; the others are of a summary, which needs nothing of a line that it filters. */
const formatReasons = ["blank", "unknown_payload"];

/** What makes a line bad, and the reason it is rejected for */
const spoilers: readonly [string, (line: string) => string][] = [
  ["blank", () => "  "],
  ["unknown_payload", (line) => line.replace("EVT_V1", "EVT_V9")],
  ["bad_number", (line) => `${line}x`],
  ["bad_timestamp", (line) => line.replace(/^2011-../, "2011-13")],
];

export class Load {
  counted: Counted = {
    ...{ lines: 0, bytes: 0, counted: 0, filtered: 0 },
    ...{ rejected: new Map(), campaigns: new Map(), kinds: new Map() },
  };
  #growing: Growing[] = [];
  #files = 0;
  #folder;
  #random;
  #isTearing;

  /** @param isTearing whether lines are written in two pieces now and then */
  constructor(folder: string, random: Random, isTearing: boolean) {
    this.#folder = folder;
    this.#random = random;
    this.#isTearing = isTearing;
  }

  /** Writes so many more lines. */
  write(lines: number) {
    while (this.#growing.length < growingFiles) this.#begin();
    const file = oneOf(this.#random, this.#growing);
    let text = file.rest;
    for (let left = lines; left > 0; left -= 1) text += `${this.#line()}\n`;
    // What is cut off comes with the next write to this file.
    const cut = this.#isTearing ? between(this.#random, 0, Math.min(40, text.length - 1)) : 0;
    file.rest = text.slice(text.length - cut);
    this.#append(file, text.slice(0, text.length - cut));
    if (file.bytes >= fileBytesMax) this.#retire(file);
  }

  /** Writes what is still owed, so that every line is whole. */
  finish() {
    for (const file of this.#growing) this.#append(file, file.rest);
    this.#growing = [];
  }

  #begin() {
    this.#files += 1;
    this.#growing.push({ path: join(this.#folder, `ads-${this.#files}.log`), bytes: 0, rest: "" });
  }

  #append(file: { path: string; bytes: number }, text: string) {
    appendFileSync(file.path, text, "latin1");
    file.bytes += text.length;
    this.counted.bytes += text.length;
  }

  /** The file grows no more; some are renamed then, and some compressed. */
  #retire(file: Growing) {
    this.#append(file, file.rest);
    this.#growing = this.#growing.filter((one) => one !== file);
    const drawn = this.#random();
    if (drawn < 0.3) renameSync(file.path, `${file.path}.1`);
    else if (drawn < 0.5) {
      const draft = `${this.#folder}.draft`;
      writeFileSync(draft, gzipSync(readFileSync(file.path), { level: 1 }));
      renameSync(draft, `${file.path}.2.gz`);
      rmSync(file.path);
    }
  }

  #line() {
    const random = this.#random;
    const day = oneOf(random, days);
    const hour = String(between(random, 0, 23)).padStart(2, "0");
    const kind = oneOf(random, kinds);
    const user = Math.floor(4_000 * random() ** 2);
    const campaign = `c${String(Math.floor(40 * random() ** 2)).padStart(3, "0")}`;
    const revenue = kind === "viewable" ? null : between(random, 0, 12_000_000);
    const amount =
      revenue === null
        ? ""
        : `${Math.floor(revenue / 1e6)}.${String(revenue % 1e6).padStart(6, "0")}`;
    const line =
      `${day}T${hour}:00:03Z log-07.lax.host EVT_V1 ` +
      `${kind},u${String(user).padStart(10, "0")},${campaign},p17,300x250,192.0.2.1,${amount}`;
    const { counted } = this;
    counted.lines += 1;
    if (random() < 0.01) {
      const [reason, spoil] = oneOf(random, spoilers);
      if (kind === "viewable" && !formatReasons.includes(reason)) {
        counted.filtered += 1;
        return spoil(line);
      }
      counted.rejected.set(reason, (counted.rejected.get(reason) ?? 0) + 1);
      return spoil(line);
    }
    if (kind === "viewable") {
      counted.filtered += 1;
      return line;
    }
    counted.counted += 1;
    add(counted.campaigns, day, campaign, revenue ?? 0, user);
    add(counted.kinds, `${day}T${hour}Z`, kind, revenue ?? 0, user);
    return line;
  }
}

function add(
  buckets: Counted["kinds"],
  bucket: string,
  key: string,
  revenue: number,
  user: number,
) {
  const rows = buckets.get(bucket) ?? new Map<string, Row>();
  buckets.set(bucket, rows);
  const row: Row = rows.get(key) ?? { events: 0, revenue: 0, users: new Set() };
  rows.set(key, row);
  row.events += 1;
  row.revenue += revenue;
  row.users.add(user);
}
