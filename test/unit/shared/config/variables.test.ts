import { describe, expect, it } from "vitest";
import { substituteVariables } from "../../../../src/shared/config/variables.ts";

const env = { HOST: "db", EMPTY: "", NESTED: "${HOST}" };

describe("variables", () => {
  it.each([
    ["", ""],
    ["plain", "plain"],
    ["${HOST}", "db"],
    ["a-${HOST}-b-${HOST}", "a-db-b-db"],
    ["${EMPTY}", ""],
    ["${NOPE:-}", ""],
    ["${NOPE:-x y}", "x y"],
    ["${EMPTY:-x}", "x"],
    ["${HOST:-x}", "db"],
    ["${NOPE:-a:-b}", "a:-b"],
    // What a variable holds is taken as it is.
    ["${NESTED}", "${HOST}"],
    ["$${HOST}", "${HOST}"],
    ["$$${HOST}", "$db"],
    ["costs $5", "costs $5"],
    ["$", "$"],
  ])("in %j make %j", (text, result) => {
    const substituted = substituteVariables(text, env);
    expect(substituted.text).toBe(result);
    expect(substituted.faults).toEqual([]);
    expect(substituted.origins).toHaveLength(result.length);
  });

  it.each([
    ["x${NOPE}", 1, "the environment has no NOPE"],
    ["${}", 0, "${} is no variable"],
    ["${1A}", 0, "${1A} is no variable"],
    ["${A-b}", 0, "${A-b} is no variable"],
    ["ab${HOST", 2, "a variable is not closed"],
    ["${toString}", 0, "the environment has no toString"],
    ["${__proto__}", 0, "the environment has no __proto__"],
  ])("in %j are at fault", (text, index, problem) => {
    const { faults, text: result } = substituteVariables(text, env);
    expect(faults).toEqual([expect.objectContaining({ index, problem })]);
    expect(result).toBe(text);
  });

  it("are remembered by where they stood", () => {
    expect(substituteVariables("a${HOST}$$b", env).origins).toEqual([0, 1, 1, 8, 10]);
  });
});
