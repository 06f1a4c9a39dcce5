// Finds what precedes a range of a file and says how its lines are read (`preamble.ts`), while the file is read from
// front to back. A range in mid-file, after a start or when an earlier range was refused, needs all that is before
// it: as much of that as is not known yet is read once more.

import { LogmillError } from "../../../shared/base/errors.ts";
import { limits } from "../../../shared/base/limits.ts";
import { missingColumns, headerNames } from "../../../shared/model/format/header-names.ts";
import { preambleKindOf, scanFor } from "../../../shared/model/format/preamble.ts";
import type { PreambleScan } from "../../../shared/model/format/preamble-scan.ts";
import type { Format } from "../../../shared/model/plan.ts";
import type { Cut } from "../../batch/cut.ts";
import { openContent } from "./content.ts";
import type { Content } from "./content-reader.ts";
import { PlainContent } from "./plain-content.ts";

/** What is read at a time. */
const pieceBytes = 256 * 1024;

/** A file that is read. */
interface ReadFile {
  readonly source: { readonly format: Format };
  preamble: KnownPreamble | null;
}

/**
 * Finds what precedes an offset, the beginning of a line. False where the file is another one by now.
 * @param maxBytes of a batch; of lines that are longer only the beginning is looked at
 * @throws LogmillError `source_unreadable`
 */
export async function readPreamble(
  file: ReadFile,
  content: Content,
  offset: number,
  { maxBytes }: { readonly maxBytes: number },
): Promise<boolean> {
  const { format } = file.source;
  if (preambleKindOf(format) === null) return true;
  if (file.preamble?.isBefore(offset) !== true) file.preamble = new KnownPreamble(format, maxBytes);
  return await file.preamble.goTo(offset, content);
}

/**
 * A batch with what precedes it; the next one is expected to follow it.
 * @throws LogmillError `source_unreadable` where the batch has a header that lacks a column
 */
export async function withPreamble<Payload>(
  { preamble }: ReadFile,
  content: Content,
  cut: Cut<Payload>,
): Promise<Cut<Payload>> {
  return preamble === null ? cut : await preamble.of(cut, content);
}

/** How far a file's preamble is known. */
export class KnownPreamble {
  readonly #format: Format;
  readonly #scan: PreambleScan;
  #at = 0;

  /** @param format one that has preambles */
  constructor(format: Format, batchBytesMax: number) {
    this.#format = format;
    this.#scan = scanFor(preambleKindOf(format)!, null, batchBytesMax);
  }

  /** Whether it may go on to an offset. */
  isBefore(offset: number): boolean {
    return this.#at <= offset;
  }

  /** Reads up to an offset, which is the beginning of a line. */
  async goTo(offset: number, { path, hint }: Content): Promise<boolean> {
    if (this.#at === offset || this.#isKnown()) {
      this.#at = offset;
      return true;
    }
    const content = await openContent(path);
    try {
      if (content.hint.inode !== hint.inode || !(await content.reader.seek(this.#at))) return false;
      while (this.#at < offset && !this.#isKnown()) {
        const piece = Buffer.allocUnsafe(Math.min(pieceBytes, offset - this.#at));
        const bytes = await content.reader.read(piece);
        if (bytes === 0) return false;
        const read = piece.subarray(0, bytes);
        this.#take(path, () => this.#scan.add(read));
        this.#at += bytes;
      }
      this.#at = offset;
      return true;
    } finally {
      await content.close();
    }
  }

  async of<Payload>(cut: Cut<Payload>, { reader }: Content): Promise<Cut<Payload>> {
    const { preamble } = this.#scan;
    const { kind, payload } = cut;
    if (payload instanceof Uint8Array) {
      this.#take(reader.path, () => {
        if (kind !== "oversize") this.#scan.add(payload);
        // A hole is no line.
        else if (payload[0] !== 0) this.#scan.addLong(payload);
      });
    } else if (reader instanceof PlainContent) await this.#read(reader, cut.to);
    this.#at = cut.to;
    return preamble.length === 0 ? cut : { ...cut, preamble };
  }

  #isKnown(): boolean {
    return this.#scan.isComplete();
  }

  async #read(reader: PlainContent, to: number): Promise<void> {
    let at = this.#at;
    while (at < to && !this.#isKnown()) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, to - at));
      const bytes = await reader.readAt(at, piece);
      // Whoever reads the range finds out that it is gone.
      if (bytes === 0) return;
      this.#take(reader.path, () => this.#scan.add(piece.subarray(0, bytes)));
      at += bytes;
    }
  }

  #take(path: string, scan: () => void): void {
    const wasKnown = this.#isKnown();
    scan();
    if (this.#scan.isTooLong) {
      throw fault(path, `has a header of more than ${limits.preambleBytesMax} bytes`);
    }
    if (!wasKnown && this.#isKnown()) this.#checkColumns(path);
  }

  #checkColumns(path: string): void {
    if (this.#format.type !== "columns") return;
    const header = Buffer.from(this.#scan.preamble).toString("latin1");
    const missing = missingColumns(this.#format, header);
    if (missing.length === 0) return;
    const names = headerNames(this.#format, header).filter((name) => name !== null);
    const there = Buffer.from(names.join(", "), "latin1").toString();
    throw fault(
      path,
      `has no column ${missing.join(", ")} in its header, which names ${there}; correct \`columns\` of the source, or its delimiter`,
    );
  }
}

function fault(path: string, problem: string): LogmillError {
  return new LogmillError("source_unreadable", `${path} ${problem}`, { fields: { path } });
}
