// Envelopes of syslog, with lines of other formats inside; how they are read is told in the kernel's `syslog.ts`.
// rsyslog's template is one of them where a payload is of another format than its CSV.

import { innerCsv } from "../../shared/kernel/assembly/inner-layout.ts";
import * as layout from "../../shared/kernel/assembly/syslog-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { envelopeFields, isUnnamed } from "../../shared/model/format-fields.ts";
import { facilityNames, severityNames, syslogFields } from "../../shared/model/format/syslog.ts";
import type { Formats, InnerFormat, RsyslogFormat } from "../../shared/model/plan.ts";
import { placeWords } from "./field-tree.ts";
import { innerFields, innerPlacer } from "./inner.ts";
import { csvPlacer } from "./rsyslog.ts";
import type { InnerProgram, Tokeniser } from "./tokeniser.ts";

type TokeniserOf = (format: InnerFormat) => Tokeniser;

interface Body {
  /** Null: all programs. */
  readonly program: string | null;
  readonly fields: readonly string[];
  readonly place: (
    kernel: Kernel,
    columns: ReadonlyMap<string, number>,
    ignored: number,
  ) => InnerProgram;
}

interface Envelope {
  readonly rules: number;
  /** Fields that the envelope has. */
  readonly fields: readonly string[];
  readonly params: NonNullable<Formats["syslog"]["sd"]>;
  readonly bodies: readonly Body[];
}

const rules = {
  auto: layout.rulesAuto,
  3164: layout.rules3164,
  5424: layout.rules5424,
} as const;

const columnPlaces = [
  ["timestamp", layout.syslogTimestamp],
  ["host", layout.syslogHost],
  ["program", layout.syslogProgram],
  ["pid", layout.syslogPid],
  ["severity", layout.syslogSeverity],
  ["facility", layout.syslogFacility],
  ["msgid", layout.syslogMsgid],
  ["message", layout.syslogMessage],
] as const;

/** @param tokeniserOf of a format inside */
export function syslogTokeniser(
  { rfc, sd = [], payloads, inner = null }: Formats["syslog"],
  fields: readonly string[],
  tokeniserOf: TokeniserOf,
): Tokeniser {
  const bodyOf = (program: string | null, format: InnerFormat | null): Body => ({
    program,
    fields: format === null ? [] : innerFields(format),
    place: innerPlacer(format, tokeniserOf),
  });
  const bodies = payloads?.map(({ program, format }) => bodyOf(program, format));
  const own = [...syslogFields, ...sd.map(({ field }) => field)];
  const params = sd.filter(({ field }) => fields.includes(field));
  return envelopeTokeniser({
    ...{ rules: rules[rfc], fields: own, params },
    bodies: bodies ?? [bodyOf(null, inner)],
  });
}

/** rsyslog's template, where not all payloads are CSV. */
export function templateTokeniser(
  { payloads }: RsyslogFormat,
  fields: readonly string[],
  tokeniserOf: TokeniserOf,
): Tokeniser {
  const inEnvelope = new Set<string>(envelopeFields);
  const bodies = payloads.map((payload): Body => {
    const { program } = payload;
    if (payload.type === "format") {
      const { format } = payload;
      return { program, fields: innerFields(format), place: innerPlacer(format, tokeniserOf) };
    }
    const inBody = payload.fields.filter((field) => !inEnvelope.has(field) && !isUnnamed(field));
    const asked = inBody.filter((field) => fields.includes(field));
    const place = csvPlacer(payload, asked);
    return {
      program,
      fields: inBody,
      place: (...into) => ({ kind: innerCsv, program: place(...into) }),
    };
  });
  return envelopeTokeniser({
    ...{ rules: layout.rulesTemplate, fields: envelopeFields, params: [], bodies },
  });
}

function envelopeTokeniser({ rules: accepted, fields, params, bodies }: Envelope): Tokeniser {
  return {
    place(kernel, columns, ignored) {
      const program = kernel.place(new Uint8Array(layout.syslogBytes));
      const paramList = placeWords(
        kernel,
        params.flatMap(({ field, id, param }) => [
          ...placeText(kernel, id),
          ...placeText(kernel, param),
          columns.get(field)!,
        ]),
      );
      const bodyList = placeWords(
        kernel,
        bodies.flatMap((body) => {
          const name = body.program === null ? [0, 0] : placeText(kernel, body.program);
          const inner = body.place(kernel, columns, ignored);
          const absent = [...columns].flatMap(([field, column]) =>
            fields.includes(field) || body.fields.includes(field) ? [] : [column],
          );
          return [...name, inner.kind, inner.program, placeWords(kernel, absent), absent.length];
        }),
      );
      const names = placeNames(kernel);
      const memory = kernel.u32;
      const set = (at: number, value: number): void => {
        memory[(program + at) >>> 2] = value;
      };
      set(layout.syslogRules, accepted);
      for (const [field, at] of columnPlaces) {
        if (fields.includes(field)) set(at, columns.get(field) ?? 0);
      }
      set(layout.syslogNames, names);
      set(layout.syslogParams, paramList);
      set(layout.syslogParamCount, params.length);
      set(layout.syslogPayloads, bodyList);
      set(layout.syslogPayloadCount, bodies.length);
      return (cursor, capacity) => kernel.exports.tokeniseSyslog(cursor, program, capacity);
    },
  };
}

function placeNames(kernel: Kernel): number {
  const names = [...severityNames, ...facilityNames];
  return placeWords(
    kernel,
    names.flatMap((name) => placeText(kernel, name)),
  );
}

/** Address and length of a text's bytes. */
function placeText(kernel: Kernel, text: string): readonly [number, number] {
  const bytes = new TextEncoder().encode(text);
  return [kernel.place(bytes), bytes.length];
}
