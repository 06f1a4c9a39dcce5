// What a worker must know to turn the bytes of a batch into a partial, and nothing else: plain,
// JSON-serialisable, frozen data. The ventilator sends it to every worker; its fingerprint is in
// every partial, so a sink never merges what was made under another plan.

import type { Granularity } from "./bucket.ts";
import type { ColumnsFormat } from "./format/columns.ts";
import type { FieldType, FieldTypes } from "./format/field-types.ts";
import type { CriFormat } from "./format/cri.ts";
import type { DockerFormat } from "./format/docker.ts";
import type { InnerType } from "./format/inner.ts";
import type { JsonFormat } from "./format/json.ts";
import type { PatternFormat } from "./format/pattern.ts";
import type { FormatPayload, SyslogFormat } from "./format/syslog.ts";
import type { W3cFormat } from "./format/w3c.ts";
import type { ZeekFormat } from "./format/zeek.ts";
import type { Explode } from "./list-elements.ts";
import type { PairsFormat } from "./format/pairs.ts";
export type { FieldType, Granularity };

/** A value that every line has: a field, a constant, or what a function makes of values; see `function/`. */
export type ValueExpression =
  | { readonly op: "field"; readonly name: string }
  | { readonly op: "string"; readonly value: string }
  /** Decimal literal kept as written, so that comparing it with a decimal field is exact. */
  | { readonly op: "number"; readonly text: string }
  | CallExpression
  | {
      readonly op: "if";
      readonly condition: Expression;
      readonly then: ValueExpression;
      readonly else: ValueExpression;
    };

export interface CallExpression {
  readonly op: "call";
  readonly name: string;
  readonly arguments: readonly ValueExpression[];
  /** What its answers depend on beside its arguments, such as the version of a list of names. */
  readonly rules?: string;
}

/** A boolean or arithmetic expression, as parsed; see `expression.ts`. A comparison has a value on its left. */
export type Expression =
  | ValueExpression
  | {
      readonly op: "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "not"; readonly operand: Expression }
  | { readonly op: "in"; readonly left: Expression; readonly values: readonly Expression[] }
  | {
      /** The pattern of `matches` is one of `regex/syntax.ts`. */
      readonly op: "starts_with" | "ends_with" | "contains" | "matches";
      readonly left: Expression;
      readonly right: Expression;
    };

export interface CsvPayload {
  readonly program: string;
  readonly type: "csv";
  /** Names of the columns in order; "" or "_" is a column that nobody asks for. */
  readonly fields: readonly string[];
}

/** The body of a program's lines: CSV, of which a line may end early, or a line of another format. */
export type RsyslogPayload = CsvPayload | FormatPayload<InnerFormat>;

/** The fields `timestamp`, `host`, `program` come from the envelope, the others from the payload. */
export interface RsyslogFormat extends FieldTypes {
  readonly type: "rsyslog";
  readonly payloads: readonly RsyslogPayload[];
}

export interface AccessLogFormat<Type extends AccessLogType = AccessLogType> extends FieldTypes {
  readonly type: Type;
}

export type AccessLogType = "common" | "combined" | "vhost_common" | "vhost_combined";

/**
 * THE list of formats, by type. Whatever must know every format (its options, its fields, its tokeniser)
 * is a table with these keys, so that a member that is missing there does not compile. What a new one holds is a
 * file in `format/`.
 */
export interface Formats {
  readonly rsyslog: RsyslogFormat;
  readonly common: AccessLogFormat<"common">;
  readonly combined: AccessLogFormat<"combined">;
  readonly vhost_common: AccessLogFormat<"vhost_common">;
  readonly vhost_combined: AccessLogFormat<"vhost_combined">;
  readonly json: JsonFormat;
  readonly pattern: PatternFormat;
  readonly pairs: PairsFormat;
  readonly columns: ColumnsFormat;
  readonly docker: DockerFormat<InnerFormat>;
  readonly cri: CriFormat<InnerFormat>;
  readonly w3c: W3cFormat;
  readonly zeek: ZeekFormat;
  readonly syslog: SyslogFormat<InnerFormat>;
}

export type FormatType = keyof Formats;
export type Format = Formats[FormatType];
/** A format whose lines may be inside of those of another. */
export type InnerFormat = Formats[InnerType];

/** A field that is computed from those that lines have, and from others that are computed. */
export interface ComputedField {
  readonly name: string;
  readonly value: ValueExpression;
}

export interface PlanSource {
  readonly name: string;
  readonly format: Format;
  readonly maxLineBytes: number;
  /** Absent where there is none. */
  readonly computed?: readonly ComputedField[];
  /** Which events its summaries are made from, whatever else they ask for; absent: all. */
  readonly where?: Expression;
}

/** The options of stored metrics by kind: each kind in `shared/metric` declares its own here. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by declarations
export interface MetricOptions {}

export type MetricType = keyof MetricOptions;

export type MetricDefinition = {
  readonly [Type in MetricType]: {
    readonly name: string;
    readonly type: Type;
    readonly where?: Expression;
  } & MetricOptions[Type];
}[MetricType];

export interface SummaryDefinition {
  readonly name: string;
  readonly from: readonly string[];
  readonly timestamp: string;
  readonly granularity: Granularity;
  /** IANA zone whose midnight closes a day. */
  readonly timezone: string;
  readonly dimensions: readonly string[];
  /** The dimension of which a line may have several values, and counts for each of them. */
  readonly explode?: Explode;
  readonly where?: Expression;
  /**
   * Rows that a bucket's table may have; the others add up in one overflow row. Only the sink looks
   * at it, and it is no part of any fingerprint. Without it, `limits.rowsMaxDefault`.
   */
  readonly maxRows?: number;
  /** The least that `maxRows` ever was in this store; written by the store alone. */
  readonly maxRowsLeast?: number;
  /** Stored metrics in order; derived ones are computed when a table is read, see `config.ts`. */
  readonly metrics: readonly MetricDefinition[];
}

export interface Plan {
  readonly version: 1;
  /** Zone of timestamps that carry no offset. */
  readonly timezone: string;
  readonly sources: readonly PlanSource[];
  readonly summaries: readonly SummaryDefinition[];
}
