// Examples of rejected lines, and the contents of which no line counts, as parts of the catalog; drawn in
// FORMAT.md. The values at fault stand apart from the examples, at the end, since earlier manifests have none.

import type { ByteReader, ByteWriter } from "../../../../shared/base/bytes.ts";
import { limits } from "../../../../shared/base/limits.ts";
import {
  readFaultyValue,
  readReason,
  readRejects,
  writeFaultyValue,
  writeReason,
  writeRejects,
} from "../../../../shared/table/sheet-codec.ts";
import type { CatalogContent } from "../ledger/catalog-changes.ts";
import type { Catalog } from "../ledger/catalog.ts";
import { keptExample, type KeptExample } from "../ledger/examples.ts";

/** Least bytes of one element, by which a reader bounds how many may follow. */
const least = { sheet: 18, example: 5, content: 17, share: 18 };

/** An example as it was read, without its value. */
interface ReadExample {
  readonly key: string;
  readonly source: string;
  readonly example: KeptExample;
}

export function writeExamples(writer: ByteWriter, { examples }: CatalogContent): void {
  const sheets = [...examples.sheets];
  writer.varint(sheets.length);
  for (const { key, source, list } of sheets) {
    writer.hex(key).text(source).varint(list.length);
    for (const example of list) writeExample(writer, example);
  }
}

/** Reads what `writeExamples` wrote; `readFaults` puts it into the catalog. */
export function readExamples(reader: ByteReader): readonly ReadExample[] {
  const found: ReadExample[] = [];
  for (let rest = reader.count(least.sheet); rest > 0; rest -= 1) {
    const key = reader.hex(16);
    const source = reader.text();
    for (let left = reader.count(least.example); left > 0; left -= 1) {
      found.push({ key, source, example: readExample(reader) });
    }
  }
  return found;
}

/** Nothing where there is nothing to say, as in the catalog of earlier versions. */
export function writeFaults(writer: ByteWriter, { examples, uncounted }: CatalogContent): void {
  const values = [...examples.sheets].flatMap(({ list }) => list.map(({ value }) => value));
  const contents = [...uncounted.contents];
  if (contents.length === 0 && values.every((value) => value === null)) return;
  for (const value of values) writeFaultyValue(writer, value);
  writer.varint(contents.length);
  for (const [content, shares] of contents) {
    writer.hex(content).varint(shares.size);
    for (const [key, { rejected, example }] of shares) {
      writeRejects(writer.hex(key), rejected);
      writer.u8(example === null ? 0 : 1);
      if (example === null) continue;
      writeExample(writer, example);
      writeFaultyValue(writer, example.value);
    }
  }
}

/** @param read what stood before it. */
export function readFaults(
  reader: ByteReader,
  catalog: Catalog,
  read: readonly ReadExample[],
): void {
  const isThere = reader.remaining > 0;
  for (const { key, source, example } of read) {
    const value = isThere ? readFaultyValue(reader) : null;
    catalog.examples.add(key, source, keptExample({ ...example, value }, example));
  }
  if (!isThere) return;
  for (let rest = reader.count(least.content); rest > 0; rest -= 1) {
    const content = reader.hex(16);
    for (let left = reader.count(least.share); left > 0; left -= 1) {
      const key = reader.hex(16);
      const rejected = readRejects(reader);
      const flag = reader.u8();
      if (flag > 1) throw reader.fault("a flag is neither 0 nor 1");
      const example = flag === 0 ? null : readExample(reader);
      const value = example === null ? null : readFaultyValue(reader);
      const kept = example === null ? null : keptExample({ ...example, value }, example);
      catalog.uncounted.restore(content, key, { rejected, example: kept });
    }
  }
}

function writeExample(
  writer: ByteWriter,
  { reason, field, path, offset, bytes }: KeptExample,
): void {
  writeReason(writer, reason);
  writer.text(field).text(path).varint(offset).blob(bytes);
}

/** Its bytes are a view of those that are read. */
function readExample(reader: ByteReader): KeptExample {
  const [reason, field] = [readReason(reader), reader.text()];
  const [path, offset] = [reader.text(), reader.varint()];
  const bytes = reader.blob();
  if (bytes.length > limits.sampleBytesMax) throw reader.fault("an example is too long");
  return { reason, field, path, offset, bytes, value: null };
}
