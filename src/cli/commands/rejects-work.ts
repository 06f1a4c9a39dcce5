// What `logmill rejects` does: reads the samples that a store keeps, from its folder or from the sink that
// writes it, and prints them; with `--follow` again and again, each sample once.

import { LogmillError } from "../../shared/base/errors.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";
import type { RejectExample } from "../../shared/model/sheet.ts";
import { httpGet } from "../../shared/runtime/http/http-client.ts";
import { commandSignals, listenForStop, type StopSignal } from "../../shared/runtime/lifecycle.ts";
import { waitOrAbort } from "../../shared/runtime/wait-or-abort.ts";
import { paint, terminalStyle } from "../../shared/text/terminal-table.ts";
import { roleUrls } from "../run/role-urls.ts";
import { renderReject } from "../screens/reject-report.ts";
import { cutShortExitCode, signalExitCode } from "../signal-exit-code.ts";
import { chooseStore } from "./choose-store.ts";
import { clientToken } from "./client-token.ts";

/** The options, as the work gets them. */
export interface RejectsArguments {
  readonly name: string | undefined;
  readonly config: string;
  readonly store: string | undefined;
  readonly sink: string | undefined;
  readonly tokenFile: string | undefined;
  readonly reason: RejectReason | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

const followIntervalMs = 2000;

/**
 * Prints, and returns the exit code.
 * @throws LogmillError `config_invalid`, `store_missing`, `role_unreachable`, `unknown_summary`, `usage`.
 */
export async function showRejects(args: RejectsArguments): Promise<number> {
  const read = args.sink === undefined ? await storeReader(args) : sinkReader(args.sink, args);
  const shown = new Set<string>();
  const stop = listenForStop(
    process,
    (signal) => process.exit(cutShortExitCode(signal)),
    commandSignals,
  );
  try {
    for (;;) {
      const { names, examples } = await read();
      if (args.name !== undefined && !names.includes(args.name)) {
        throw unknownName(args.name, names);
      }
      const fresh = examples.filter((example) => isAsked(example, args) && isNew(example, shown));
      print(fresh, args);
      if (!args.follow) return 0;
      await waitOrAbort(followIntervalMs, stop.signal);
      if (stop.signal.aborted) return signalExitCode(stop.signal.reason as StopSignal);
    }
  } finally {
    stop.dispose();
  }
}

interface Found {
  /** Of all sources and summaries. */
  readonly names: readonly string[];
  readonly examples: readonly RejectExample[];
}

async function storeReader({ store, config }: RejectsArguments): Promise<() => Promise<Found>> {
  const { openReader } = await import("../../sink/store/open-reader.ts");
  const { folder } = await chooseStore(store, config);
  return async () => {
    const opened = await openReader(folder);
    try {
      const { sources, summaries } = await opened.sheets();
      const names = [...Object.keys(sources), ...Object.keys(summaries)];
      return { names, examples: await opened.examples() };
    } finally {
      await opened.close();
    }
  };
}

/** The parts of a sink's /status that are read. */
interface SinkStatus {
  readonly role?: string;
  readonly sources?: readonly { readonly source: string }[];
  readonly summaries?: readonly { readonly summary: string }[];
  readonly rejected?: readonly RejectExample[];
}

function sinkReader(sink: string, { tokenFile }: RejectsArguments): () => Promise<Found> {
  const [url] = roleUrls([sink]);
  const token = clientToken(tokenFile, process.env);
  return async () => {
    const status = JSON.parse(await httpGet(`${url!}/status`, token)) as SinkStatus;
    if (status.rejected === undefined) {
      throw new LogmillError(
        "role_unreachable",
        `${url!} is no sink but a ${status.role ?? "stranger"}; name the HTTP address of the sink`,
      );
    }
    const { sources = [], summaries = [], rejected } = status;
    const names = [
      ...sources.map(({ source }) => source),
      ...summaries.map(({ summary }) => summary),
    ];
    return { names, examples: rejected };
  };
}

function unknownName(name: string, names: readonly string[]): LogmillError {
  const known = names.length === 0 ? "nothing was read yet" : `there is ${names.join(", ")}`;
  return new LogmillError("unknown_summary", `no source or summary is called ${name}; ${known}`);
}

function isAsked(
  { source, summary, reason }: RejectExample,
  asked: Pick<RejectsArguments, "name" | "reason">,
): boolean {
  const isNamed = asked.name === undefined || asked.name === source || asked.name === summary;
  return isNamed && (asked.reason === undefined || asked.reason === reason);
}

/** Notes it as shown. What is gone from the store may come again; a line is shown once all the same. */
function isNew(
  { source, summary, reason, path, offset }: RejectExample,
  shown: Set<string>,
): boolean {
  const place = JSON.stringify([source, summary, reason, path, offset]);
  if (shown.has(place)) return false;
  shown.add(place);
  return true;
}

function print(examples: readonly RejectExample[], { json, follow }: RejectsArguments): void {
  if (json) {
    for (const example of examples) process.stdout.write(`${JSON.stringify(example)}\n`);
    return;
  }
  const style = terminalStyle(process.stdout, process.env);
  const text = examples.map((example) => renderReject(example, style)).join("\n");
  if (text === "" && !follow) process.stdout.write(paint("no rejected lines", "dim", style) + "\n");
  process.stdout.write(text);
  if (follow && text !== "") process.stdout.write("\n");
}
