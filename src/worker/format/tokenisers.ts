// The tokeniser of every format.

import type { Format, Formats, FormatType } from "../../shared/model/plan.ts";
import { accessLogTokeniser } from "./access-log.ts";
import { columnsTokeniser } from "./columns.ts";
import { criTokeniser } from "./cri.ts";
import { dockerTokeniser } from "./docker.ts";
import { jsonTokeniser } from "./json.ts";
import { patternTokeniser } from "./pattern.ts";
import { pairsTokeniser } from "./pairs.ts";
import { csvTokeniser } from "./rsyslog.ts";
import { syslogTokeniser, templateTokeniser } from "./syslog.ts";
import { w3cTokeniser } from "./w3c.ts";
import { zeekTokeniser } from "./zeek.ts";
import type { Tokeniser } from "./tokeniser.ts";

const tokenisers: {
  readonly [Type in FormatType]: (format: Formats[Type], fields: readonly string[]) => Tokeniser;
} = {
  rsyslog: (format, fields) => {
    const csv = format.payloads.filter((payload) => payload.type === "csv");
    // Lines that are all CSV are cut in a loop of their own, in a few nanoseconds.
    if (csv.length === format.payloads.length) return csvTokeniser(csv, fields);
    return templateTokeniser(format, fields, (inner) => tokeniserOf(inner, fields));
  },
  common: accessLogTokeniser,
  combined: accessLogTokeniser,
  vhost_common: accessLogTokeniser,
  vhost_combined: accessLogTokeniser,
  json: jsonTokeniser,
  pattern: patternTokeniser,
  pairs: pairsTokeniser,
  columns: columnsTokeniser,
  docker: (format, fields) =>
    dockerTokeniser(format, fields, (inner) => tokeniserOf(inner, fields)),
  cri: (format, fields) => criTokeniser(format, (inner) => tokeniserOf(inner, fields)),
  w3c: w3cTokeniser,
  zeek: zeekTokeniser,
  syslog: (format, fields) =>
    syslogTokeniser(format, fields, (inner) => tokeniserOf(inner, fields)),
};

/** @param fields those that somebody asks for */
export function tokeniserOf(format: Format, fields: readonly string[]): Tokeniser {
  const make = tokenisers[format.type] as (format: Format, fields: readonly string[]) => Tokeniser;
  return make(format, fields);
}
