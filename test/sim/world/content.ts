// The contents of log files, line by line, with what each line counts for: known because it was made
// so, not because anybody has parsed it. Everything the simulation compares with comes from here.

import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import type { RejectReason } from "../../../src/shared/model/reasons.ts";

/** What one line counts for. */
export interface LineTruth {
  readonly rejected: RejectReason | null;
  /** Seconds since the epoch. */
  readonly second: number;
  readonly status: string;
  readonly url: string;
  readonly ip: string;
  readonly bytes: number;
  /** Breaks every worker that meets it, while the summariser is broken. */
  readonly isPoison: boolean;
}

/** Longest line that counts; see `makeConfig`. */
export const lineBytesMax = 160;
export const poisonUrl = "/poison";

const firstSecond = Date.UTC(2026, 2, 1) / 1000;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export class Content {
  readonly lines: LineTruth[] = [];
  /** Offset behind each line. */
  readonly ends: number[] = [];
  bytes: Buffer = Buffer.alloc(0);
  /** Lines that it has in common with another content, from its beginning. */
  readonly #common: number;

  /** @param like begins as this one does, for so many lines */
  constructor(like: Content | null = null, common = 0) {
    this.#common = common;
    if (like === null) return;
    this.lines.push(...like.lines.slice(0, common).map((line) => ({ ...line })));
    this.ends.push(...like.ends.slice(0, common));
    this.bytes = Buffer.from(like.bytes.subarray(0, this.ends.at(-1) ?? 0));
  }

  /** Lines that end within `[from, to)`. */
  linesIn(from: number, to: number): number {
    let count = 0;
    for (const end of this.ends) if (end > from && end <= to) count += 1;
    return count;
  }

  /** Nothing but whole lines lies within `[from, to)`. */
  isWhole(from: number, to: number): boolean {
    return (from === 0 || this.ends.includes(from)) && this.ends.includes(to);
  }

  /** Adds lines; returns their bytes. */
  grow(random: Random, count: number, salt: string): Buffer {
    const pieces: string[] = [];
    let end = this.bytes.length;
    for (let index = 0; index < count; index += 1) {
      const { text, truth } = makeLine(
        random,
        `${salt}${this.lines.length}`,
        this.lines.length === this.#common,
      );
      pieces.push(`${text}\n`);
      end += Buffer.byteLength(text) + 1;
      this.lines.push(truth);
      this.ends.push(end);
    }
    const more = Buffer.from(pieces.join(""));
    this.bytes = Buffer.concat([this.bytes, more]);
    return more;
  }
}

function makeLine(
  random: Random,
  salt: string,
  isFirst: boolean,
): { text: string; truth: LineTruth } {
  const second = firstSecond + randomBelow(random, 2 * 86_400);
  const status = ["200", "304", "404", "500"][randomBelow(random, 4)]!;
  const ip = `10.0.0.${randomBelow(random, 20)}`;
  const bytes = randomBelow(random, 5000);
  const isPoison = random() < 0.015;
  const url = isPoison ? poisonUrl : `/${randomBelow(random, 6)}`;
  const truth = { rejected: null, second, status, url, ip, bytes, isPoison };
  // What is the beginning of another is no content of its own to logmill, so the first lines that are
  // not in common differ.
  const draw = isFirst ? 1 : random();
  if (draw < 0.02) return { text: "", truth: { ...truth, rejected: "blank", isPoison: false } };
  if (draw < 0.05) {
    return {
      text: `garbage ${salt}`,
      truth: { ...truth, rejected: "bad_envelope", isPoison: false },
    };
  }
  const head = `${ip} ${salt} - [${clfTime(second)}] "GET ${url} HTTP/1.1" ${status} ${bytes}`;
  if (draw > 0.06) return { text: head, truth };
  // Longer than a line may be; some are longer than a batch.
  const rest = "x".repeat(lineBytesMax + randomBelow(random, 900));
  return {
    text: `${head} ${rest}`,
    truth: { ...truth, rejected: "line_too_long", isPoison: false },
  };
}

function clfTime(second: number): string {
  const date = new Date(second * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]!}/${date.getUTCFullYear()}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${day}:${time} +0000`;
}
