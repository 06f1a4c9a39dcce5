// A dead letter: a line that no worker survives, with all that is needed to understand it, and to
// send it again. One line of JSON each, in the order in which they were dead-lettered; drawn in
// docs/dead-letter.md. The bytes are in base64, because nothing is known about them.

import { crc32 } from "node:zlib";
import type { GivenUp } from "../batch/given-up.ts";

/** Why it was given up, as users read it. */
type DeadLetterReason = "worker_lost" | "worker_failed" | "refused";

export interface DeadLetter {
  /** When it was dead-lettered, ISO 8601. */
  readonly time: string;
  /** Name of the source in the configuration. */
  readonly source: string;
  /** Id of the content, and where in it the line begins and how long it is with its line end. */
  readonly content: string;
  readonly offset: number;
  readonly length: number;
  /** Where the content lay. */
  readonly path: string;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly failures: number;
  /** Fingerprint of the plan by which it was worked on. */
  readonly plan: string;
  /** The line; of one longer than `max_line_bytes` only its beginning. */
  readonly bytes: Uint8Array;
}

interface Written extends Omit<DeadLetter, "bytes"> {
  readonly version: 1;
  readonly crc32: number;
  readonly bytes: string;
}

/** @param time now. */
export function deadLetterOf(
  { batch: { header }, cause, detail, failures }: GivenUp,
  bytes: Uint8Array,
  time: Date,
): DeadLetter {
  const { source, identity, from, to, hint, plan } = header;
  const reason = cause === "worker_lost" || cause === "worker_failed" ? cause : "refused";
  return {
    time: time.toISOString(),
    source,
    content: identity.id,
    offset: from,
    length: to - from,
    path: hint.path,
    reason,
    detail,
    failures,
    plan,
    bytes,
  };
}

/** What a line is known by: it is never two dead letters, however often it is dead-lettered. */
export function lineKey({ content, offset }: Pick<DeadLetter, "content" | "offset">): string {
  return `${content}:${offset}`;
}

/** With its line feed. */
export function encodeDeadLetter(letter: DeadLetter): string {
  const { bytes } = letter;
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  const written: Written = { version: 1, ...letter, crc32: crc32(bytes), bytes: base64 };
  return `${JSON.stringify(written)}\n`;
}

/** Null for what is no letter, or a damaged one. */
export function decodeDeadLetter(line: string): DeadLetter | null {
  let value: Partial<Written>;
  try {
    value = JSON.parse(line) as Partial<Written>;
  } catch {
    return null;
  }
  if (value.version !== 1 || typeof value.bytes !== "string") return null;
  const written = value as Written;
  const bytes = Buffer.from(written.bytes, "base64");
  return crc32(bytes) === written.crc32 ? { ...written, bytes } : null;
}
