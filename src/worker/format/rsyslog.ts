// The rsyslog envelope with CSV payloads. A payload says, by its program's name, which field of
// the body is which column; fields that only other payloads define are missing in it.

import { assert } from "../../shared/base/assert.ts";
import { envelopeFields, isUnnamed } from "../../shared/model/format-fields.ts";
import type { CsvPayload } from "../../shared/model/plan.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { Tokeniser } from "./tokeniser.ts";

interface CompiledPayload {
  /** The program's name and a space, in whole words. */
  readonly name: Uint8Array;
  readonly nameLength: number;
  /** Names of the body's fields up to the last that is wanted; null where none is. */
  readonly fields: readonly (string | null)[];
  /** Wanted fields that the payload does not define. */
  readonly absent: readonly string[];
}

/** Bytes of a program's name and space that are compared as one word. */
const nameHeadBytes = 8;

export function csvTokeniser(
  csvPayloads: readonly CsvPayload[],
  fields: readonly string[],
): Tokeniser {
  const inEnvelope = new Set<string>(envelopeFields);
  const inBody = fields.filter((field) => !inEnvelope.has(field) && !isUnnamed(field));
  const payloads = csvPayloads.map((payload) => compilePayload(payload, inBody));
  return {
    place(kernel, columns, ignored) {
      const program = kernel.place(new Uint8Array(layout.rsyslogBytes));
      const array = kernel.place(new Uint8Array(payloads.length * layout.payloadBytes));
      payloads.forEach((payload, index) => {
        placePayload(kernel, array + index * layout.payloadBytes, payload, columns, ignored);
      });
      const memory = kernel.u32;
      memory[(program + layout.rsyslogTimestampColumn) >>> 2] = columns.get("timestamp") ?? 0;
      memory[(program + layout.rsyslogHostColumn) >>> 2] = columns.get("host") ?? 0;
      memory[(program + layout.rsyslogProgramColumn) >>> 2] = columns.get("program") ?? 0;
      memory[(program + layout.rsyslogPayloadCount) >>> 2] = payloads.length;
      memory[(program + layout.rsyslogPayloads) >>> 2] = array;
      return (cursor, capacity) => kernel.exports.tokeniseRsyslog(cursor, program, capacity);
    },
  };
}

/** Makes what puts the program of a payload's bodies into the memory of a batch. @param wanted its fields */
export function csvPlacer(
  payload: CsvPayload,
  wanted: readonly string[],
): (kernel: Kernel, columns: ReadonlyMap<string, number>, ignored: number) => number {
  const compiled = compilePayload(payload, wanted);
  return (kernel, columns, ignored) => {
    const at = kernel.place(new Uint8Array(layout.payloadBytes));
    placePayload(kernel, at, compiled, columns, ignored);
    return at;
  };
}

function compilePayload(payload: CsvPayload, wanted: readonly string[]): CompiledPayload {
  const fields = payload.fields.map((field, index) => {
    const isFirst = payload.fields.indexOf(field) === index;
    return isFirst && !isUnnamed(field) && wanted.includes(field) ? field : null;
  });
  const last = fields.findLastIndex((field) => field !== null);
  assert(!/[ \r\n]/.test(payload.program), "a program's name has neither spaces nor line ends");
  const name = new TextEncoder().encode(`${payload.program} `);
  return {
    name,
    nameLength: name.length - 1,
    // Every body has a field, be it an empty one.
    fields: last < 0 ? [null] : fields.slice(0, last + 1),
    absent: wanted.filter((field) => !fields.includes(field)),
  };
}

function placePayload(
  kernel: Kernel,
  at: number,
  { name, nameLength, fields, absent }: CompiledPayload,
  columns: ReadonlyMap<string, number>,
  ignored: number,
): void {
  const nameAddress = kernel.place(name);
  const fieldColumns = fields.map((field) => (field === null ? ignored : columns.get(field)!));
  const spare = Array<number>(layout.payloadColumnsSpare).fill(ignored);
  const columnList = placeWords(kernel, [...fieldColumns, ...spare]);
  const absentList = placeWords(
    kernel,
    absent.map((field) => columns.get(field)!),
  );
  const head = name.subarray(0, nameHeadBytes);
  kernel.u8.set(head, at + layout.payloadName);
  kernel.u8.fill(0xff, at + layout.payloadNameMask, at + layout.payloadNameMask + head.length);
  const memory = kernel.u32;
  memory[(at + layout.payloadNameLength) >>> 2] = nameLength;
  memory[(at + layout.payloadNameAddress) >>> 2] = nameAddress;
  memory[(at + layout.payloadFieldCount) >>> 2] = fields.length;
  memory[(at + layout.payloadColumns) >>> 2] = columnList;
  memory[(at + layout.payloadAbsent) >>> 2] = absentList;
  memory[(at + layout.payloadAbsentCount) >>> 2] = absent.length;
}

function placeWords(kernel: Kernel, words: readonly number[]): number {
  return kernel.place(new Uint8Array(new Uint32Array(words).buffer));
}
