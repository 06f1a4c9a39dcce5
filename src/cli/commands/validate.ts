// `logmill validate`: checks a configuration without running anything. All faults at once, for
// people on standard error, with --json as one document on standard output; exit 78.

import type { CommandModule } from "yargs";
import type { Config } from "../../shared/config/config.ts";

interface ValidateArguments {
  readonly config: string;
  readonly json: boolean;
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: "validate",
  describe: "Check a configuration; lists all faults with line, column and fix",
  builder: (command) =>
    command
      .option("config", {
        alias: "c",
        type: "string",
        requiresArg: true,
        default: "logmill.yaml",
        describe: "Configuration file",
      })
      .option("json", {
        type: "boolean",
        default: false,
        describe: "Print one JSON document",
      }),
  handler: validate,
};

async function validate({ config: path, json }: ValidateArguments): Promise<void> {
  const { loadConfig } = await import("../../shared/config/load.ts");
  const { ConfigError } = await import("../../shared/config/diagnostics.ts");
  const { loadTables } = await import("../../ventilator/load-tables.ts");
  const { planFingerprint } = await import("../../shared/model/definition-key.ts");
  try {
    const config = loadConfig(path, process.env);
    // Whoever starts a ventilator by it later is not told then that a database is damaged within.
    loadTables(config.tables);
    const plan = planFingerprint(config.plan);
    const text = json
      ? JSON.stringify({ file: path, valid: true, faults: [], plan })
      : `${path} is valid: ${inventory(config)}; plan ${plan.slice(0, 8)}`;
    process.stdout.write(`${text}\n`);
  } catch (error) {
    if (json && error instanceof ConfigError) {
      const { faults } = error;
      process.stdout.write(`${JSON.stringify({ file: path, valid: false, faults })}\n`);
    }
    throw error;
  }
}

function inventory({ sources, summaries, outputs }: Config): string {
  const counted = (count: number, one: string, many: string): string =>
    `${count} ${count === 1 ? one : many}`;
  return [
    counted(sources.length, "source", "sources"),
    counted(summaries.length, "summary", "summaries"),
    counted(outputs.length, "output", "outputs"),
  ].join(", ");
}
