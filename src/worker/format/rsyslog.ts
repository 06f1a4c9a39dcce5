// The rsyslog envelope with CSV payloads. A payload says, by its program's name, which field of
// the body is which column; fields that only other payloads define are missing in it.

import { envelopeFields, isUnnamed } from "../../shared/config/fields.ts";
import type { CsvPayload, RsyslogFormat } from "../../shared/config/plan.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { Tokeniser } from "./tokeniser.ts";

interface CompiledPayload {
  readonly name: Uint8Array;
  /** Wanted fields by their index in the body, ascending. */
  readonly wanted: readonly { readonly index: number; readonly field: string }[];
  /** Wanted fields that the payload does not define. */
  readonly absent: readonly string[];
}

/** Bytes of a program's name that are compared as one vector. */
const nameHeadBytes = 16;

export function rsyslogTokeniser(format: RsyslogFormat, fields: readonly string[]): Tokeniser {
  const inEnvelope = new Set<string>(envelopeFields);
  const inBody = fields.filter((field) => !inEnvelope.has(field));
  const payloads = format.payloads.map((payload) => compilePayload(payload, inBody));
  return {
    place(kernel, columns) {
      const program = kernel.place(new Uint8Array(layout.rsyslogBytes));
      const array = kernel.place(new Uint8Array(payloads.length * layout.payloadBytes));
      payloads.forEach((payload, index) => {
        placePayload(kernel, array + index * layout.payloadBytes, payload, columns);
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

function compilePayload(payload: CsvPayload, fields: readonly string[]): CompiledPayload {
  const wanted = fields
    .filter((field) => !isUnnamed(field))
    .map((field) => ({ index: payload.fields.indexOf(field), field }));
  return {
    name: new TextEncoder().encode(payload.program),
    wanted: wanted.filter(({ index }) => index >= 0).sort((a, b) => a.index - b.index),
    absent: wanted.filter(({ index }) => index < 0).map(({ field }) => field),
  };
}

function placePayload(
  kernel: Kernel,
  at: number,
  { name, wanted, absent }: CompiledPayload,
  columns: ReadonlyMap<string, number>,
): void {
  const nameAddress = kernel.place(name);
  const pairs = wanted.flatMap(({ index, field }) => [index, columns.get(field)!]);
  const fieldList = placeWords(kernel, pairs);
  const absentList = placeWords(
    kernel,
    absent.map((field) => columns.get(field)!),
  );
  const head = name.subarray(0, nameHeadBytes);
  kernel.u8.set(head, at + layout.payloadName);
  kernel.u8.fill(0xff, at + layout.payloadNameMask, at + layout.payloadNameMask + head.length);
  const memory = kernel.u32;
  memory[(at + layout.payloadNameLength) >>> 2] = name.length;
  memory[(at + layout.payloadNameAddress) >>> 2] = nameAddress;
  memory[(at + layout.payloadFieldsMin) >>> 2] = (wanted.at(-1)?.index ?? 0) + 1;
  memory[(at + layout.payloadFields) >>> 2] = fieldList;
  memory[(at + layout.payloadFieldCount) >>> 2] = wanted.length;
  memory[(at + layout.payloadAbsent) >>> 2] = absentList;
  memory[(at + layout.payloadAbsentCount) >>> 2] = absent.length;
}

function placeWords(kernel: Kernel, words: readonly number[]): number {
  return kernel.place(new Uint8Array(new Uint32Array(words).buffer));
}
