// `logmill test`: checks the tests of a configuration.

import type { CommandModule } from "yargs";
import { configOption } from "./common-options.ts";
import type { TestArguments } from "./test-work.ts";

export const testCommand: CommandModule<object, TestArguments> = {
  command: "test",
  describe: "Check that lines give the rows that the configuration expects",
  builder: (command) =>
    command
      .option("config", configOption)
      .option("update", {
        type: "boolean",
        default: false,
        describe: "Write the rows that tests without `expect` give into the configuration",
      })
      .option("seed", {
        type: "number",
        requiresArg: true,
        default: 1,
        describe: "Of the order in which lines are shuffled",
      }),
  handler: async (args) => {
    const { runTests } = await import("./test-work.ts");
    process.exitCode = await runTests(args);
  },
};
