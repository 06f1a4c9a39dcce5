// Why a line was rejected, in words, and what to do about it. Every reason has its words here; the
// compiler names one that has none.

import { columnsOf } from "../../shared/metric/kinds.ts";
import type { MetricDefinition } from "../../shared/model/plan.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";

/** What is known of a rejected line. */
export interface RejectFacts {
  /** Empty where the line as a whole is wrong. */
  readonly field: string;
  /** The value at fault; null where it is not known, or longer than what is kept of it. */
  readonly value: string | null;
  /** Those of the summary that rejected the line; none where the format did. */
  readonly metrics: readonly MetricDefinition[];
}

export interface RejectWords {
  /** What is wrong, one phrase. */
  readonly problem: string;
  /** What to do; empty where there is nothing. */
  readonly fix: string;
}

/** Most digits that a metric can keep after the point. */
const scaleMax = 18;

const leaveOut = "or leave such lines out with `where`";

const explanations: Readonly<Record<RejectReason, (facts: RejectFacts) => RejectWords>> = {
  blank: () => ({ problem: "the line is blank", fix: "" }),
  unfinished_record: () => ({
    problem: "the record is a part of a line that the container runtime has cut into several",
    fix: "log shorter lines: they are cut after 16 KiB",
  }),
  no_header: () => ({
    problem: "no header or directive before the line says what its values are",
    fix: "leave the first lines of a log where they are when it is cut, filtered or rotated",
  }),
  comment: () => ({
    problem: "the line is a comment, a directive or a header, and no event",
    fix: "",
  }),
  line_too_long: () => ({
    problem: "the line is longer than its source allows",
    fix: "raise `max_line_bytes` of the source, up to 4MiB",
  }),
  bad_envelope: () => ({
    problem: "the line is not of the format of its source",
    fix: "correct `format` of the source, or take files of another format out of its `include`",
  }),
  unknown_payload: () => ({
    problem: "the program of the line is none of the payloads of its source",
    fix: "add it to `payloads` of the source if such lines are to count",
  }),
  bad_csv: () => ({
    problem: "the payload breaks the quoting rules of CSV",
    fix: "put fields with quotes or commas in quotes, and double the quotes in them, where the line is written",
  }),
  missing_field: ({ field }) => ({
    problem: `the line ends before ${named(field, "a field that is needed")}`,
    fix: `compare \`fields\` of the payload with the line, ${leaveOut}`,
  }),
  bad_timestamp: ({ field, value }) => ({
    problem: `${valueOf(field, value, "the timestamp")} is ${
      value === "" ? "empty" : "no time of the years 1970 to 2261 that logmill can read"
    }`,
    fix:
      "name the field with the time in `timestamp` of the summary, such as 2026-06-20T13:55:36Z, " +
      "or say in `timestamp` of the format how it is written",
  }),
  bad_number: explainNumber,
  invalid_utf8: () => ({
    problem: "a value is not UTF-8, which an earlier logmill rejected",
    fix: "count such lines with `logmill store rebuild SUMMARY`, while the files are there",
  }),
  bad_ip: ({ field, value }) => ({
    problem: `${valueOf(field, value, "a value")} is no IP address`,
    fix: `correct the name of the field, or its type, ${leaveOut}`,
  }),
  bad_json: () => ({
    problem: "the line is no JSON object",
    fix: "correct `format` of the source, or take files of another format out of its `include`; a line must be one complete object",
  }),
  nul_bytes: () => ({
    problem: "a hole of NUL bytes, which is no text",
    fix: "open the log for appending where it is written, so that truncating it leaves no hole",
  }),
};

/** The words of a reason. */
export function explainReject(reason: RejectReason, facts: RejectFacts): RejectWords {
  return explanations[reason](facts);
}

function explainNumber({ field, value, metrics }: RejectFacts): RejectWords {
  const users = metrics.flatMap((metric) =>
    columnsOf(metric).flatMap(({ input, layout }) =>
      (input.kind === "decimal" || input.kind === "dated") && input.field === field
        ? [{ name: metric.name, scale: input.scale, isLeast: layout.type === "min" }]
        : [],
    ),
  );
  const number = value === null ? null : decimalOf(value);
  const what = valueOf(field, value, "a number");
  if (value === null || users.length === 0) {
    return {
      problem: `${what} is no decimal number, has more digits than \`scale\` keeps, or exceeds 64 bits`,
      fix: `raise \`scale\` of the metrics of this field, ${leaveOut}`,
    };
  }
  if (number === null) {
    const metric = `metric ${users[0]!.name}`;
    return { problem: `${what} is no decimal number, which ${metric} needs`, fix: notNumber };
  }
  const narrow = users.find(({ scale }) => number.digits > scale);
  if (narrow !== undefined) {
    const kept = narrow.scale === 0 ? "none" : `${narrow.scale} of them`;
    const digits = number.written === 1 ? "1 digit" : `${number.written} digits`;
    return {
      problem: `${what} has ${digits} after the point, and metric ${narrow.name} keeps ${kept}`,
      fix:
        number.digits <= scaleMax
          ? `give metric ${narrow.name} \`scale: ${Math.min(number.written, scaleMax)}\`, ${leaveOut}`
          : `no metric keeps more than ${scaleMax} digits; write fewer, ${leaveOut}`,
    };
  }
  const wide = users.find(({ scale, isLeast }) => isBeyond(number, scale, isLeast)) ?? users[0]!;
  return {
    problem: `${what} is beyond what metric ${wide.name} can hold with \`scale: ${wide.scale}\``,
    fix: `give metric ${wide.name} a smaller \`scale\`, ${leaveOut}`,
  };
}

const notNumber = `correct the name of the field, ${leaveOut}`;

interface Decimal {
  /** It is `units` / 10^`digits`, with no zeros at its end. */
  readonly units: bigint;
  readonly digits: number;
  /** Digits after the point as they are written. */
  readonly written: number;
}

/** Exponents beyond this say nothing but that the number is beyond all scales. */
const exponentMax = 100;

function decimalOf(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const all = whole + fraction;
  if (all === "") return null;
  const digits = all.replace(/0+$/, "");
  if (digits === "") return { units: 0n, digits: 0, written: 0 };
  const power = Number(exponent);
  const shift = Math.sign(power) * Math.min(Math.abs(power), exponentMax);
  const after = fraction.length - (all.length - digits.length) - shift;
  const units = BigInt(`${sign === "-" ? "-" : ""}${digits}`);
  const written = Math.max(0, fraction.length - shift);
  if (after < 0) return { units: units * 10n ** BigInt(-after), digits: 0, written };
  return { units, digits: after, written };
}

function isBeyond({ units, digits }: Decimal, scale: number, isLeast: boolean): boolean {
  const value = units * 10n ** BigInt(scale - digits);
  const greatest = 2n ** 63n - 1n;
  return value > greatest || value < -greatest || (isLeast && value === greatest);
}

function named(field: string, otherwise: string): string {
  return field === "" ? otherwise : `the field ${field}`;
}

function valueOf(field: string, value: string | null, otherwise: string): string {
  if (field === "") return otherwise;
  return value === null || value === "" ? field : `${field} "${value}"`;
}
