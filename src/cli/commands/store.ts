// `logmill store inspect` and `logmill store check`: what is in a store, and whether it is sound.
// Both read beside a running sink and change nothing. For the others, see `store-….ts`.

import type { CommandModule } from "yargs";
import { LogmillError } from "../../shared/base/errors.ts";
import { chooseStore } from "./choose-store.ts";
import { configOption, storeOption } from "./common-options.ts";
import { adoptCommand } from "./store-adopt.ts";
import { rebuildCommand } from "./store-rebuild.ts";

interface StoreArguments {
  readonly config: string;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

const options = {
  config: configOption,
  store: storeOption,
  json: { type: "boolean", describe: "Print one JSON document" },
} as const;

const inspectCommand: CommandModule<object, StoreArguments> = {
  command: "inspect",
  describe: "Print what is in a store: summaries, sources, files, balance sheet",
  builder: (command) => command.options(options),
  handler: async (args) => {
    const { inspectStore } = await import("../../sink/store/examine.ts");
    const { folder } = await chooseStore(args.store, args.config);
    const inspection = await inspectStore(folder);
    if (args.json === true) {
      process.stdout.write(`${JSON.stringify({ folder, ...inspection }, null, 2)}\n`);
      return;
    }
    const { renderInspection } = await import("../screens/store-report.ts");
    const { terminalStyle } = await import("../../shared/text/terminal-table.ts");
    const style = terminalStyle(process.stdout, process.env);
    process.stdout.write(renderInspection(folder, inspection, style));
  },
};

const checkCommand: CommandModule<object, StoreArguments> = {
  command: "check",
  describe: "Verify every checksum and invariant of a store; exit 1 on damage",
  builder: (command) => command.options(options),
  handler: async (args) => {
    const { checkStore } = await import("../../sink/store/examine.ts");
    const { folder } = await chooseStore(args.store, args.config);
    const findings = await checkStore(folder);
    const { renderFindings, verdictOf } = await import("../screens/store-report.ts");
    process.stdout.write(
      args.json === true
        ? `${JSON.stringify({ folder, verdict: verdictOf(findings), findings }, null, 2)}\n`
        : renderFindings(folder, findings),
    );
    const damaged = findings.filter(({ severity }) => severity === "damage").length;
    if (damaged > 0) {
      const faults = damaged === 1 ? "1 fault" : `${damaged} faults`;
      throw new LogmillError("store_damaged", `the store in ${folder} has ${faults}`);
    }
  },
};

export const storeCommand: CommandModule = {
  command: "store",
  describe: "Look into a store, verify it, forget a summary or keep it under a new definition",
  builder: (command) =>
    command
      .command(inspectCommand)
      .command(checkCommand)
      .command(rebuildCommand)
      .command(adoptCommand)
      .demandCommand(1, 1, "name one of inspect, check, rebuild, adopt", "one command at a time"),
  handler: () => undefined,
};
