// What `identify` and its callers want to know about a content, answered by reading it.

import { LogmillError } from "../../../shared/base/errors.ts";
import { headId, newHeadHash, saltOf } from "../../../shared/model/content-id.ts";
import { MarkFinder, markedBytesMax } from "../../../shared/model/content-marks.ts";
import type { Agreement, Answer, Beginning, Check, Question } from "./core/match-content.ts";
import type { Span } from "../../ledger/core/work-list.ts";
import type { ContentReader } from "./content-reader.ts";

const bufferBytes = 256 * 1024;

export async function answerQuestion(reader: ContentReader, question: Question): Promise<Answer> {
  if (question.ask === "head") {
    const head = await headOf(reader, question.bytes);
    return head.bytes === question.bytes ? head.id : null;
  }
  return question.ask === "marks" ? beginningOf(reader) : agreementOf(reader, question.checks);
}

async function beginningOf(reader: ContentReader): Promise<Beginning> {
  const finder = new MarkFinder(0);
  await readSpan(reader, { from: 0, to: markedBytesMax }, (piece) => finder.add(piece));
  return { marks: finder.marks, bytes: finder.at, lineEnd: finder.lineEnd };
}

/** How many checks hold; reads nothing behind the first that does not. */
export async function agreementOf(
  reader: ContentReader,
  checks: readonly Check[],
): Promise<Agreement> {
  let held = 0;
  let finder = new MarkFinder(0);
  let from = -1;
  for (const check of checks) {
    if (check.from !== from) {
      ({ from } = check);
      finder = new MarkFinder(from);
    }
    const span = { from: finder.at, to: check.to };
    await readSpan(reader, span, (piece) => finder.add(piece));
    const { at: bytes, lineEnd } = finder;
    if (bytes < check.to) return { held, then: "ended", bytes, lineEnd };
    if (finder.crc32 !== check.crc32) return { held, then: "differs", bytes, lineEnd };
    held += 1;
  }
  return { held, then: "nothing", bytes: finder.at, lineEnd: finder.lineEnd };
}

/** The id of the first `bytesMax` bytes, or of all of a shorter content, and how many they were. */
export async function headOf(
  reader: ContentReader,
  bytesMax: number,
): Promise<{ readonly id: string; readonly bytes: number }> {
  const hash = newHeadHash(saltOf(reader.path));
  const bytes = await readSpan(reader, { from: 0, to: bytesMax }, (piece) => hash.update(piece));
  return { id: headId(hash), bytes };
}

/** The first `bytesMax` bytes, or all of a shorter content. */
export async function readHead(reader: ContentReader, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await readSpan(reader, { from: 0, to: bytesMax }, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

/**
 * Reads a span piece by piece; a piece is valid only during the call. Returns how many bytes there
 * were. Damage is taken as the end: it is reported when the content is read for counting.
 */
async function readSpan(
  reader: ContentReader,
  { from, to }: Span,
  onPiece: (piece: Buffer) => void,
): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, to - from));
  let done = 0;
  try {
    if (!(await reader.seek(from))) return 0;
    while (done < to - from) {
      const bytes = await reader.read(buffer.subarray(0, to - from - done));
      if (bytes === 0) break;
      onPiece(buffer.subarray(0, bytes));
      done += bytes;
    }
  } catch (error) {
    if (!(error instanceof LogmillError) || !reader.isCompressed) throw error;
  }
  return done;
}
