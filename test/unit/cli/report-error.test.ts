import { describe, expect, it } from "vitest";
import { reportError } from "../../../src/cli/report-error.ts";
import { LogmillError } from "../../../src/shared/base/errors.ts";

function report(error: unknown) {
  let text = "";
  const exitCode = reportError(error, (piece) => (text += piece));
  return { text, exitCode };
}

describe("reportError", () => {
  it("says an expected failure in its own words, without a stack, with its exit code", () => {
    const { text, exitCode } = report(new LogmillError("store_locked", "another process has it"));
    expect(text).toBe("logmill: another process has it\n");
    expect(exitCode).toBe(75);
  });

  it("shows the stack of a fault of logmill itself, and exits with 70", () => {
    const { text, exitCode } = report(new TypeError("undefined is no function"));
    expect(text).toContain("TypeError: undefined is no function");
    expect(text).toContain("report-error.test");
    expect(exitCode).toBe(70);
  });

  it("survives what is no error at all", () => {
    expect(report("oops")).toEqual({
      text: expect.stringContaining("oops") as string,
      exitCode: 70,
    });
  });
});
