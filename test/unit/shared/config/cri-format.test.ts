// Logs of Kubernetes' containers: the format of their lines, as a configuration has it and as workers are told of it.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { fieldsOf } from "../../../../src/shared/model/format-fields.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: ${format}`);
const formatOf = (format: string) =>
  parseConfig(withFormat(format), "logmill.yaml", {}).plan.sources[1]!.format;

describe("the format cri", () => {
  it("holds another format, and has its fields and those of the envelope", () => {
    const format = formatOf("{ cri: { json: { user: id } }, fields: { user: { type: ip } } }");
    expect(format).toEqual({
      type: "cri",
      inner: { type: "json", paths: [{ field: "user", steps: ["id"] }] },
      fields: { user: { type: "ip" } },
    });
    expect(fieldsOf(format)).toEqual(["timestamp", "stream", "user"]);
    expect(fieldsOf(formatOf("{ cri: {} }"))).toEqual(["timestamp", "stream", "message"]);
  });

  it("reads the time as the format inside does that has one, unless it is told otherwise", () => {
    expect(formatOf("{ cri: { type: pino } }").timestamp).toEqual({ form: "epoch_ms" });
    const told = formatOf("{ cri: { type: pino }, timestamp: { form: auto } }");
    expect(told.timestamp).toEqual({ form: "auto" });
  });

  it.each([
    ["{ cri: combined }", "cri: must be a mapping"],
    ["{ type: cri }", "write cri: … in place of type: cri"],
    ["{ cri: { docker: {} } }", "is missing"],
    ["{ cri: { w3c: {} } }", "cannot be inside"],
    ["{ cri: { type: common, fields: { ip: { type: ip } } } }", "write it beside cri"],
    ["{ cri: { type: common }, docker: {} }", "a format is told in one way"],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});
