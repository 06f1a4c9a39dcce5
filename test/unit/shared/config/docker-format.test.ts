// Records of Docker: the format of their lines, as a configuration has it and as workers are told of it.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { fieldsOf } from "../../../../src/shared/model/format-fields.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: ${format}`);
const formatOf = (format: string) =>
  parseConfig(withFormat(format), "logmill.yaml", {}).plan.sources[1]!.format;

describe("the format docker", () => {
  it("holds another format, and has its fields and those of the record", () => {
    const format = formatOf("{ docker: { json: { user: id } }, fields: { user: { type: ip } } }");
    expect(format).toEqual({
      type: "docker",
      inner: { type: "json", paths: [{ field: "user", steps: ["id"] }] },
      fields: { user: { type: "ip" } },
    });
    expect(fieldsOf(format)).toEqual(["timestamp", "stream", "user"]);
    expect(fieldsOf(formatOf("{ docker: {} }"))).toEqual(["timestamp", "stream", "message"]);
  });

  it("reads the time as the format inside does that has one, unless it is told otherwise", () => {
    expect(formatOf("{ docker: { type: pino } }").timestamp).toEqual({ form: "epoch_ms" });
    const told = formatOf("{ docker: { type: pino }, timestamp: { form: auto } }");
    expect(told.timestamp).toEqual({ form: "auto" });
    expect(fieldsOf(formatOf("{ docker: { type: common } }")).slice(0, 2)).toEqual([
      "stream",
      "ip",
    ]);
  });

  it.each([
    ["{ docker: combined }", "docker: must be a mapping"],
    ["{ docker: { type: combinde } }", "docker.type: must be common"],
    ["{ docker: { json: { a: 'b[*].c' } } }", "docker.json.a: [*], all elements"],
    ["{ docker: { docker: {} } }", "is missing"],
    ["{ docker: { type: rsyslog, payloads: { E: { type: csv, fields: [a] } } } }", 'not "rsyslog"'],
    [
      "{ docker: { type: common, fields: { ip: { type: ip } } } }",
      "docker.fields: is no option here; write it beside docker",
    ],
    ["{ docker: { type: common }, fields: { x: { type: ip } } }", "there is no field x"],
    ["{ docker: { columns: [a], header: true } }", "columns with a header cannot be inside"],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});
