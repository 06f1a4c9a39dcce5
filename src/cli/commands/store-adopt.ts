// `logmill store adopt SUMMARY`: a way out for a definition that has changed. The rows that were counted
// under the old one stay, and the new meaning holds from here on. The store keeps that on record.

import type { CommandModule } from "yargs";
import { chooseStore } from "./choose-store.ts";
import { summaryOptions, type SummaryArguments } from "./common-options.ts";

export const adoptCommand: CommandModule<object, SummaryArguments> = {
  command: "adopt <summary>",
  describe:
    "Keep a summary's rows though its definition has changed; the new one holds from here on",
  builder: (command) =>
    summaryOptions(command).example(
      "$0 store adopt campaigns",
      "after a column of its source was renamed",
    ),
  handler: async (args) => {
    const { loadConfig } = await import("../../shared/config/load.ts");
    const { renderAdoption } = await import("../screens/rebuild-report.ts");
    const { openToChange } = await import("../../sink/store/open.ts");
    const { folder, config } = await chooseStore(args.store, args.config);
    const { plan } = config ?? loadConfig(args.config, process.env);
    const store = await openToChange(folder);
    try {
      const changes = await store.adopt(args.summary, plan, Math.floor(Date.now() / 1000));
      process.stdout.write(
        args.json === true
          ? `${JSON.stringify({ folder, summary: args.summary, changes }, null, 2)}\n`
          : renderAdoption(args.summary, changes),
      );
    } finally {
      await store.close();
    }
  },
};
