// What `logmill top` does: looks at the metrics of the roles it is given, again and again, and draws
// what happened between two looks. A role that does not answer is named and asked again. On a terminal
// `q` ends it.

import { LogmillError } from "../../shared/base/errors.ts";
import { httpGet } from "../../shared/runtime/http/http-client.ts";
import { commandSignals, listenForStop } from "../../shared/runtime/lifecycle.ts";
import { waitOrAbort } from "../../shared/runtime/wait-or-abort.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { MetricSamples } from "../screens/metric-samples.ts";
import { topScreen } from "../screens/top-screen.ts";
import { topView } from "../screens/top-view.ts";
import { roleUrls } from "../run/role-urls.ts";
import { signalExitCode } from "../signal-exit-code.ts";
import { listenForQuit } from "./quit-key.ts";

/** The options, as the work gets them. */
export interface TopArguments {
  readonly roles: readonly string[] | undefined;
  readonly interval: number;
  readonly once: boolean;
  readonly json: boolean;
}

interface Look {
  readonly atMs: number;
  readonly samples: MetricSamples;
  readonly silent: readonly string[];
}

const clearScreen = "\u001b[H\u001b[J";

/** @throws LogmillError `role_unreachable` when no role answers at the first look, `usage`. */
export async function watchRoles(options: TopArguments): Promise<void> {
  const urls = roleUrls(options.roles ?? []);
  const onSecond = (): void => process.exit(signalExitCode("SIGINT"));
  const stop = listenForStop(process, onSecond, commandSignals);
  const quit = new AbortController();
  const end = AbortSignal.any([stop.signal, quit.signal]);
  const keys = process.stdout.isTTY ? listenForQuit(process.stdin, () => quit.abort()) : null;
  try {
    let before = await lookAt(urls);
    for (;;) {
      await waitOrAbort(options.interval * 1000, end);
      if (end.aborted) return;
      const now = await lookAt(urls);
      show(before, now, urls, options.json);
      if (options.once) return;
      before = now;
    }
  } finally {
    keys?.dispose();
    stop.dispose();
  }
}

async function lookAt(urls: readonly string[]): Promise<Look> {
  const samples = new MetricSamples();
  const silent: string[] = [];
  const answers = await Promise.allSettled(urls.map((url) => httpGet(`${url}/metrics`)));
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") samples.read(answer.value);
    else if (answer.reason instanceof LogmillError) silent.push(urls[index]!);
    else throw answer.reason;
  }
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined && silent.length === urls.length) throw failed.reason;
  return { atMs: performance.now(), samples, silent };
}

function show(before: Look, now: Look, urls: readonly string[], isJson: boolean): void {
  const view = topView(before.samples, now.samples, (now.atMs - before.atMs) / 1000);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ...view, silent: now.silent })}\n`);
    return;
  }
  const style = terminalStyle(process.stdout, process.env);
  const asked = urls
    .map((url) => `${url.replace("http://", "")}${now.silent.includes(url) ? " (silent)" : ""}`)
    .join(", ");
  const { isTTY, rows } = process.stdout;
  // A terminal that does not tell its lines has none.
  const height = isTTY && rows > 0 ? rows : null;
  const screen = topScreen(view, `logmill top  ${asked}`, { ...style, height });
  process.stdout.write(isTTY ? clearScreen + screen : screen);
}
