// Two contents that begin alike: is one the beginning of the other (a copy, a compressed copy, the
// same file a while ago), or do they part somewhere?

import { LogmillError } from "../../../shared/base/errors.ts";
import type { ContentReader } from "./content-reader.ts";

/** How the first of two contents stands to the second; they agree in `bytes` bytes. */
export interface Comparison {
  /** `beginning`: the second goes on behind it; `extension`: it goes on behind the second. */
  readonly relation: "equal" | "beginning" | "extension" | "different";
  readonly bytes: number;
}

const windowBytes = 256 * 1024;

/** Reads both from their start. Damage is taken as the end. Throws `source_unreadable`. */
export async function compareContents(a: ContentReader, b: ContentReader): Promise<Comparison> {
  await a.seek(0);
  await b.seek(0);
  const windowA = Buffer.allocUnsafe(windowBytes);
  const windowB = Buffer.allocUnsafe(windowBytes);
  for (let bytes = 0; ;) {
    const filledA = await fill(a, windowA);
    const filledB = await fill(b, windowB);
    const common = Math.min(filledA, filledB);
    if (windowA.compare(windowB, 0, common, 0, common) !== 0) {
      return { relation: "different", bytes: bytes + firstDifference(windowA, windowB) };
    }
    bytes += common;
    if (filledA < filledB) return { relation: "beginning", bytes };
    if (filledB < filledA) return { relation: "extension", bytes };
    if (filledA < windowBytes) return { relation: "equal", bytes };
  }
}

async function fill(reader: ContentReader, window: Buffer): Promise<number> {
  let filled = 0;
  try {
    while (filled < window.length) {
      const bytes = await reader.read(window.subarray(filled));
      if (bytes === 0) break;
      filled += bytes;
    }
  } catch (error) {
    if (!(error instanceof LogmillError) || !reader.isCompressed) throw error;
  }
  return filled;
}

function firstDifference(a: Buffer, b: Buffer): number {
  let index = 0;
  while (a[index] === b[index]) index += 1;
  return index;
}
