// The tokeniser of each format.

import type { Format } from "../../shared/model/plan.ts";
import { accessLogTokeniser } from "./access-log.ts";
import { rsyslogTokeniser } from "./rsyslog.ts";
import type { Tokeniser } from "./tokeniser.ts";

/** @param fields those that somebody asks for */
export function tokeniserOf(format: Format, fields: readonly string[]): Tokeniser {
  return format.type === "rsyslog"
    ? rsyslogTokeniser(format, fields)
    : accessLogTokeniser(format.type === "combined");
}
