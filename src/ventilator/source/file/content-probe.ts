// What `identify` and its callers want to know about a content, answered by reading it.

import { crc32 } from "node:zlib";
import { LogmillError } from "../../../shared/base/errors.ts";
import { headId, newHeadHash, saltOf } from "../../../shared/model/content-id.ts";
import type { Answer, Question } from "./core/match-content.ts";
import type { Span } from "../../ledger/core/work-list.ts";
import type { ContentReader } from "./content-reader.ts";

const bufferBytes = 256 * 1024;

export async function answerQuestion(reader: ContentReader, question: Question): Promise<Answer> {
  if (question.ask === "head") {
    const head = await headOf(reader, question.bytes);
    return head.bytes === question.bytes ? head.id : null;
  }
  return checksums(reader, question.spans);
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

async function checksums(
  reader: ContentReader,
  spans: readonly Span[],
): Promise<(number | null)[]> {
  const answers: (number | null)[] = [];
  for (const span of spans) {
    let crc = 0;
    const bytes = await readSpan(reader, span, (piece) => (crc = crc32(piece, crc)));
    answers.push(bytes === span.to - span.from ? crc : null);
  }
  return answers;
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
