// One run of the whole pipeline on this host: supervised roles over sockets in a private folder,
// until every file is read and acknowledged, the user stops it, or it can not go on.

import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogmillError } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import type { Config } from "../../shared/config/config.ts";
import { systemClock } from "../../shared/runtime/clock.ts";
import { commandSignals, listenForStop } from "../../shared/runtime/lifecycle.ts";
import type { StopSignal } from "../../shared/runtime/lifecycle.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { ProgressReport, RoleReport } from "../../shared/process/role-report.ts";
import type { Sheets } from "../../shared/model/sheet.ts";
import { poolsOf } from "../../ventilator/batch/pools.ts";
import { RunProgress } from "./run-progress.ts";
import type { DoneReport } from "../screens/done-report.ts";
import { Supervisor } from "./supervisor.ts";
import type { RoleName } from "./supervised-messages.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

export type PipelineEnd =
  | { readonly kind: "done"; readonly report: DoneReport }
  /** Asked to stop; what was in flight is acknowledged, the rest is for the next run. */
  | {
      readonly kind: "stopped";
      readonly signal: StopSignal;
      /** The second signal, which did not let it end in order; null when it did. */
      readonly cutShortBy: StopSignal | null;
    };

export interface PipelineOptions {
  readonly workers: number;
  readonly logger: Logger;
  /** Where the children's log goes; null for this process's standard error. */
  readonly onErrorOutput: ((text: string) => void) | null;
  readonly onProgress: (report: ProgressReport) => void;
  /** Reads the configuration, while the children are already loading their code. */
  readonly loadConfig: () => Promise<Config>;
}

/** What a run adds to the path of its folder: a folder of its own, and the longest name of a socket. */
const socketNameMax = "/logmill-XXXXXX/results";

/**
 * Runs the pipeline to its end. All children have exited when it returns or throws.
 * @throws LogmillError of the configuration, or what stopped a role for good.
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineEnd> {
  const socketFolder = makeSocketFolder();
  const progress = new RunProgress();
  const outcome = newOutcome();
  let sheetsAtStart: Sheets | undefined;
  const onReport = (role: RoleName, report: RoleReport): void => {
    // A ventilator that was started again knows the sheets only as it found them then.
    if (report.type === "ready") sheetsAtStart ??= report.sheets;
    if (role !== "ventilator") return;
    if (report.type === "progress") {
      const total = progress.add(report);
      options.logger.debug({ ...total, type: undefined }, "progress");
      options.onProgress(total);
    }
    if (report.type === "done") {
      const sheetsBefore = sheetsAtStart ?? report.sheetsBefore;
      const total = progress.add(report.progress);
      outcome.resolve({ kind: "done", report: { ...report, sheetsBefore, progress: total } });
    }
  };
  const supervisor = new Supervisor({
    workers: options.workers,
    logger: options.logger,
    clock: systemClock,
    onErrorOutput: options.onErrorOutput,
    onStart: (role) => {
      if (role === "ventilator") progress.restart();
    },
    onReport,
    onFailure: outcome.reject,
  });
  let cutShortBy: StopSignal | null = null;
  const onSecond = (signal: StopSignal): void => {
    cutShortBy ??= signal;
    void supervisor.kill();
  };
  const stop = listenForStop(process, onSecond, commandSignals);
  stop.signal.addEventListener("abort", () => {
    const signal = stop.signal.reason as StopSignal;
    options.logger.info({ signal }, "draining");
    outcome.resolve({ kind: "stopped", signal, cutShortBy: null });
  });
  try {
    supervisor.spawn();
    const config = await options.loadConfig();
    const { names: pools } = poolsOf(config.sources);
    supervisor.begin(onSockets(config, socketFolder), socketFolder, pools);
    const end = await outcome.promise;
    await supervisor.stop();
    return end.kind === "stopped" ? { ...end, cutShortBy } : end;
  } finally {
    await supervisor.kill();
    stop.dispose();
    rmSync(socketFolder, { recursive: true, force: true });
  }
}

interface Outcome {
  readonly promise: Promise<PipelineEnd>;
  readonly resolve: (end: PipelineEnd) => void;
  readonly reject: (error: LogmillError) => void;
}

function newOutcome(): Outcome {
  let resolve: Outcome["resolve"] = () => undefined;
  let reject: Outcome["reject"] = () => undefined;
  const promise = new Promise<PipelineEnd>((onEnd, onError) => {
    resolve = onEnd;
    reject = onError;
  });
  // A role can fail while the configuration is still being read; it is looked at after that.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function makeSocketFolder(): string {
  const bytes = Buffer.byteLength(tmpdir()) + socketNameMax.length;
  const parent = bytes <= limits.ipcPathBytesMax ? tmpdir() : "/tmp";
  return makeTemporaryFolder("logmill-", parent);
}

/** The same configuration with everything private to this run: sockets in a folder, free HTTP ports. */
function onSockets(config: Config, socketFolder: string): Config {
  const endpoint = (name: string): string => `ipc://${join(socketFolder, name)}`;
  return {
    ...config,
    cluster: {
      ...config.cluster,
      tasks: endpoint("tasks"),
      results: endpoint("results"),
      acks: endpoint("acks"),
    },
    http: { ...config.http, host: "127.0.0.1", port: 0 },
  };
}
