// `logmill store rebuild SUMMARY`: the way out for a definition that has changed. The tables of the
// summary are forgotten, and the next run fills it from the inputs that are still there.

import { existsSync } from "node:fs";
import type { CommandModule } from "yargs";
import { chooseStore } from "./choose-store.ts";
import { summaryOptions, type SummaryArguments } from "./common-options.ts";

export const rebuildCommand: CommandModule<object, SummaryArguments> = {
  command: "rebuild <summary>",
  describe: "Forget a summary's tables; the next run fills it from the inputs that are there",
  builder: (command) =>
    summaryOptions(command).example(
      "$0 store rebuild campaigns",
      "after its definition has changed",
    ),
  handler: async (args) => {
    const { storedSummary } = await import("../../sink/query/query.ts");
    const { rebuiltContents, renderLoss } = await import("../screens/rebuild-report.ts");
    const { openToChange } = await import("../../sink/store/open.ts");
    const { folder } = await chooseStore(args.store, args.config);
    const store = await openToChange(folder);
    try {
      const summary = await storedSummary(store, args.summary);
      const { sources } = await store.ledger();
      const contents = rebuiltContents(sources, summary.key, existsSync);
      if (args.json !== true) process.stdout.write(renderLoss(summary, contents));
      await store.drop(summary.key);
      const { name, buckets } = summary;
      process.stdout.write(
        args.json === true
          ? `${JSON.stringify({ folder, summary: name, buckets, contents }, null, 2)}\n`
          : `Done. The next run fills ${name} by the definition in the configuration.\n`,
      );
    } finally {
      await store.close();
    }
  },
};
