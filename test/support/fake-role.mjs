// A role for the supervisor's tests: it does what its configuration says under its own name, which
// stands in `config.fake` as a list with one entry per start.
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";

const role = process.argv[3] ?? "";
process.on("disconnect", () => process.exit(1));
process.on(
  "message",
  (
    /** @type {{ type: string, config: { log: string, fake: Record<string, string[]> } }} */ message,
  ) => {
    if (message.type === "stop") {
      appendFileSync(log, `${role} stops\n`);
      process.exit(0);
    }
    log = message.config.log;
    appendFileSync(log, `${role} starts\n`);
    const starts = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line === `${role} starts`);
    const acts = message.config.fake[role] ?? [];
    act(acts[starts.length - 1] ?? "serve");
  },
);

let log = "";

/** @param {string} what */
function act(what) {
  switch (what) {
    case "die":
      process.exit(3);
      break;
    case "be killed":
      process.kill(process.pid, "SIGKILL");
      break;
    case "done":
      process.send?.({ type: "done" }, undefined, undefined, () => process.exit(0));
      break;
    case "fatal":
      process.send?.({ type: "fatal", code: "store_locked", message: "locked", exitCode: 75 });
      process.exit(75);
      break;
    case "hang":
      for (;;);
    default:
      process.send?.({ type: "ready", http: null });
  }
}
