// Lines of pairs, as a configuration has them and as workers are told of them.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: ${format}`);

describe("the format pairs", () => {
  const formatOf = (format: string) =>
    parseConfig(withFormat(format), "logmill.yaml", {}).plan.sources[1]?.format;

  it("is plain data for workers, whichever way its keys are written", () => {
    expect(formatOf("{ pairs: { timestamp: time, took: 'http.took[ms]' } }")).toEqual({
      type: "pairs",
      keys: [
        { field: "timestamp", key: "time" },
        { field: "took", key: "http.took[ms]" },
      ],
    });
    expect(formatOf("{ pairs: [level, msg, level], fields: { msg: { type: ip } } }")).toEqual({
      type: "pairs",
      keys: [
        { field: "level", key: "level" },
        { field: "msg", key: "msg" },
      ],
      fields: { msg: { type: "ip" } },
    });
  });

  it.each([
    ["{ pairs: {} }", "pairs: must not be empty"],
    ["{ pairs: [] }", "pairs: must not be empty"],
    ["{ pairs: level }", "must be a list of fields, [level, msg], or keys by field"],
    ["{ pairs: { level: 'a b' } }", "level: must begin with a letter, _, @ or $"],
    ["{ pairs: { level: 5 } }", "level must be a key; put it in quotes"],
    ["{ pairs: { 5: level } }", "must begin with a letter or _"],
    ["{ pairs: [5] }", "0 must be a name; put it in quotes"],
    ["{ pairs: [a], fields: { b: { type: ip } } }", "there is no field b"],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});
