import { describe, expect, it } from "vitest";
import { ConfigError, renderFault, sortFaults } from "../../../../src/shared/config/diagnostics.ts";
import { listed, nearest, suggest } from "../../../../src/shared/text/nearest-word.ts";
import type { Fault } from "../../../../src/shared/config/diagnostics.ts";

const fault = (line: number, column: number, problem = "is wrong"): Fault => ({
  line,
  column,
  option: "http.port",
  problem,
  fix: "fix it",
});

describe("the word that was meant", () => {
  it.each([
    ["incldue", "include"],
    ["inclde", "include"],
    ["includes", "include"],
    ["INCLUDE", "include"],
    ["exclud", "exclude"],
    ["formta", "format"],
  ])("by %s is %s", (written, meant) => {
    expect(nearest(written, ["type", "include", "exclude", "format"])).toBe(meant);
  });

  it.each(["x", "colour", "includeexclude", ""])("is not guessed from %j", (written) => {
    expect(nearest(written, ["type", "include", "exclude", "format"])).toBeNull();
  });

  it("is suggested, or what there is", () => {
    expect(suggest("tpye", ["type", "include"])).toBe("did you mean type?");
    expect(suggest("colour", ["type", "include"])).toBe("there are type and include");
    expect(suggest("colour", ["type"])).toBe("there is type");
    expect(suggest("colour", [])).toBe("");
  });

  it("is one of a list that is cut where it is long", () => {
    expect(listed(["a", "b", "c"], "or")).toBe("a, b or c");
    const many = Array.from({ length: 20 }, (_, index) => `f${index}`);
    expect(listed(many)).toMatch(/f11 and 8 more$/);
  });
});

describe("faults", () => {
  it("are printed as compilers do", () => {
    expect(renderFault("a.yaml", fault(3, 7))).toBe("a.yaml:3:7: http.port: is wrong; fix it");
    expect(renderFault("a.yaml", { ...fault(1, 1), option: "", fix: "" })).toBe(
      "a.yaml:1:1: is wrong",
    );
  });

  it("are in the order of the file, each once", () => {
    const sorted = sortFaults([fault(3, 1), fault(1, 9), fault(1, 2), fault(3, 1)]);
    expect(sorted).toEqual([fault(1, 2), fault(1, 9), fault(3, 1)]);
  });

  it("are all in the error, and many of them in its message", () => {
    const many = Array.from({ length: 150 }, (_, line) => fault(line + 1, 1));
    const error = new ConfigError("a.yaml", many);
    expect(error.faults).toHaveLength(150);
    expect(error.message).toContain("the configuration has 150 faults:\n  a.yaml:1:1: http.port");
    expect(error.message).toMatch(/and 50 more$/);
    expect(error.fields).toEqual({ path: "a.yaml", faults: 150 });
    expect(new ConfigError("a.yaml", [fault(1, 1)]).message).toMatch(/has 1 fault:/);
  });
});
