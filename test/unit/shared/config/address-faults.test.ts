// What is said about fields of type `ip`: which may have it, and what conditions compare them with.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withTypes = (types: string): string =>
  leastConfig.replace("format: { type: combined }", `format: { type: combined, fields: ${types} }`);

describe("the types of fields", () => {
  it("are part of the format that workers are told of, and absent where none is given", () => {
    const formatOf = (text: string) =>
      parseConfig(text, "logmill.yaml", {}).plan.sources[1]?.format;
    expect(formatOf(withTypes("{ ip: { type: ip } }"))).toEqual({
      type: "combined",
      fields: { ip: { type: "ip" } },
    });
    expect(formatOf(leastConfig)).toEqual({ type: "combined" });
  });

  it.each([
    ["{}", "must not be empty"],
    ["{ ip: ip }", "must be a mapping"],
    ["{ ip: { type: ipv4 } }", 'must be ip, not "ipv4"'],
    ["{ ipp: { type: ip } }", "there is no field ipp; did you mean ip?"],
    ["{ timestamp: { type: ip } }", "timestamp is the time of the line; leave it out"],
  ])("%s are refused", (types, fault) => {
    expect(faultsOf(withTypes(types)).join("\n")).toContain(fault);
  });
});

describe("a condition on a field of type ip", () => {
  const faultsOfWhere = (where: string): string => {
    const summary = `  hits: { from: [web], where: '${where}', metrics: { n: { type: count } } }\n`;
    return faultsOf(withTypes("{ ip: { type: ip } }") + summary).join("\n");
  };

  it.each([
    ['ip == "192.0.2.1" or ip == "2001:db8::1" or ip != ""'],
    ['not ip in ["::1", "192.0.2.1"]'],
    ['starts_with(ip, "192.0.") or contains(ip, "db8:") or ends_with(ip, "%eth0")'],
    ['user == "::FFFF:192.0.2.1"'],
  ])("%s is good", (where) => {
    expect(faultsOfWhere(where)).toBe("");
  });

  it.each([
    ['ip == "::FFFF:192.0.2.1"', 'and "::FFFF:192.0.2.1" is another; write "192.0.2.1"'],
    ['not (ip != "2001:DB8::1")', 'is another; write "2001:db8::1"'],
    ['ip in ["192.0.2.1", "2001:db8:0::1"]', 'is another; write "2001:db8::1"'],
    ['user == "x" and ip == "localhost"', 'ip holds addresses, and "localhost" is none'],
    ["ip == 10", "ip holds addresses and is compared with a number; put the address in quotes"],
    ['starts_with(ip, "2001:DB8")', 'none has "2001:DB8" in it'],
  ])("%s, which would never hold or always, is refused", (where, fault) => {
    expect(faultsOfWhere(where)).toContain(fault);
  });
});
