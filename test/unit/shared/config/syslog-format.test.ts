// Syslog: the formats of messages, as a configuration has them and as workers are told of them.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { fieldsOf, timeReadingOf } from "../../../../src/shared/model/format-fields.ts";
import { canonicalJson } from "../../../../src/shared/model/definition-key.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: ${format}`);
const formatOf = (format: string) =>
  parseConfig(withFormat(format), "logmill.yaml", {}).plan.sources[1]!.format;

const envelope = ["timestamp", "host", "program", "pid", "severity", "facility", "msgid"];

describe("the format syslog", () => {
  it("holds a format for each program, and has the fields of all of them", () => {
    const format = formatOf(
      "{ type: syslog, sd: { at: o.x@1.ip }, payloads: { web: { json: { user: id } }, sshd: {} } }",
    );
    expect(format).toEqual({
      type: "syslog",
      rfc: "auto",
      sd: [{ field: "at", id: "o.x@1", param: "ip" }],
      payloads: [
        {
          program: "web",
          type: "format",
          format: { type: "json", paths: [{ field: "user", steps: ["id"] }] },
        },
        { program: "sshd", type: "format", format: null },
      ],
    });
    expect(fieldsOf(format)).toEqual([...envelope, "message", "at", "user"]);
  });

  it("holds one format for all programs, or none", () => {
    expect(formatOf("{ type: syslog, rfc: 3164 }")).toEqual({
      ...{ type: "syslog", rfc: 3164, inner: null },
    });
    expect(formatOf("{ type: syslog, format: { type: common } }")).toMatchObject({
      inner: { type: "common" },
    });
  });

  it("reads times with and without a year, unless it is told otherwise", () => {
    expect(timeReadingOf(formatOf("{ type: syslog }"))).toEqual({ form: "syslog" });
    const given = formatOf("{ type: syslog, timestamp: { year: 2024 } }");
    expect(timeReadingOf(given)).toEqual({ form: "syslog", year: 2024 });
    const pino = formatOf("{ type: syslog, format: { type: pino } }");
    expect(timeReadingOf(pino)).toEqual({ form: "epoch_ms" });
  });

  it.each([
    ["{ type: syslog, rfc: 3165 }", "rfc: must be auto, 3164 or 5424"],
    ["{ type: syslog, payloads: {} }", "payloads: must not be empty"],
    ["{ type: syslog, payloads: { a: {} }, format: {} }", "says of all programs what payloads"],
    ["{ type: syslog, payloads: { 'a b': {} } }", "must be the name of a program"],
    ["{ type: syslog, sd: { ip: origin } }", "must be the id of an element, a point"],
    ["{ type: syslog, format: { w3c: {} } }", "lines of w3c cannot be inside"],
    [
      "{ type: syslog, payloads: { a: { type: common, fields: { ip: { type: ip } } } } }",
      "write it beside payloads",
    ],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});

describe("payloads of rsyslog", () => {
  it("may be of any format, and those of CSV are what they were", () => {
    const format = formatOf(
      "{ type: rsyslog, payloads: { A: { columns: [user] }, B: { type: csv, fields: [x] } } }",
    );
    expect(fieldsOf(format)).toEqual(["timestamp", "host", "program", "user", "x"]);
    const csv = formatOf("{ type: rsyslog, payloads: { B: { type: csv, fields: [x] } } }");
    expect(canonicalJson(csv)).toBe(
      '{"payloads":[{"fields":["x"],"program":"B","type":"csv"}],"type":"rsyslog"}',
    );
  });

  it.each([
    ["{ type: rsyslog, payloads: { A: { type: csv } } }", "payloads.A.fields"],
    ["{ type: rsyslog, payloads: { A: { docker: {} } } }", "payloads.A"],
    ["{ type: rsyslog, payloads: {} }", "payloads: must not be empty"],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});
