import { describe, expect, it } from "vitest";
import { usageMessage } from "../../../../src/cli/screens/usage-message.ts";

const commands = ["run", "query SUMMARY", "worker [TASKS]", "store COMMAND"];
const options = ["config", "workers", "json", "help"];

const message = (complaint: string, ...args: string[]) =>
  usageMessage(complaint, { args, options, commands });

describe("usageMessage", () => {
  it("names the option that was probably meant, and the help of the command", () => {
    expect(message("Unknown argument: wokers", "run", "--wokers", "3")).toBe(
      "unknown option --wokers; did you mean --workers?\n  see: logmill run --help",
    );
  });

  it("suggests nothing for what resembles nothing", () => {
    expect(message("Unknown argument: zzzzzz", "run", "--zzzzzz=1")).toMatch(
      /^unknown option --zzzzzz\n/,
    );
    expect(message("Unknown argument: z", "run", "-z")).toMatch(/^unknown option -z\n/);
  });

  it("names all unknown options, each once", () => {
    expect(message("Unknown arguments: jsn, wokers, jsn", "run", "--jsn", "--wokers")).toMatch(
      /^unknown option --jsn; did you mean --json\?; unknown option --wokers; did you mean --workers\?\n/,
    );
  });

  it("tells an argument too many from an option and from a command", () => {
    expect(message("Unknown argument: extra", "run", "extra")).toMatch(
      /^"extra" is one argument too many\n/,
    );
    expect(message("Unknown argument: qury", "qury")).toBe(
      'unknown command "qury"; did you mean query?\n  see: logmill --help',
    );
  });

  it("rewords a misspelt command", () => {
    expect(message("Did you mean run?", "rnu")).toBe(
      'unknown command "rnu"; did you mean run?\n  see: logmill --help',
    );
    expect(message("Did you mean check?", "store", "chek")).toMatch(
      /^unknown command "chek"; did you mean check\?/,
    );
  });

  it("says which option lacks its value, and how a command is written", () => {
    expect(message("Not enough arguments following: c", "run", "-c")).toMatch(
      /^-c needs a value\n/,
    );
    expect(message("Not enough non-option arguments: got 0, need at least 1", "query")).toBe(
      "an argument is missing: logmill query SUMMARY\n  see: logmill query --help",
    );
  });

  it("passes on what it does not know, on one line", () => {
    expect(message("Invalid values:\n  Argument: format", "query", "x")).toMatch(
      /^Invalid values: Argument: format\n/,
    );
  });
});
