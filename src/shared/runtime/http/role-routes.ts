// The routes that every role has and that are open to all: /metrics (Prometheus text), /health (the
// process answers) and /ready (it also does its work).

import { systemErrorCode } from "../../base/system-error.ts";
import { collectProcessMetrics, Counter, Gauge } from "../metrics.ts";
import type { Registry } from "../metrics.ts";
import { refusals, type Refusal, type Route } from "./route.ts";
import { programVersion } from "../version.ts";

/**
 * Loading the process metrics takes each role 15 ms, which a run of a few seconds needs for better
 * things. Who asks for metrics before has them.
 */
const processMetricsDelayMs = 10_000;

export interface RoleRoutes {
  readonly routes: readonly Route[];
  readonly onRefused: (reason: Refusal) => void;
  /** Cancels what was put off. */
  readonly close: () => void;
}

/**
 * Makes the routes, and adds to the registry what describes the process.
 * @param notReady why `/ready` answers 503, in a few words for everybody; null while it answers 200.
 */
export function roleRoutes(registry: Registry, notReady: () => string | null): RoleRoutes {
  const processMetrics = addProcessMetrics(registry);
  const refused = new Counter({
    name: "logmill_http_refused_total",
    help: "HTTP requests and connections that were refused, by reason.",
    labelNames: ["reason"],
    registers: [registry],
  });
  for (const reason of refusals) refused.inc({ reason }, 0);
  const routes: Route[] = [
    {
      path: "/metrics",
      access: "open",
      async handle(context) {
        processMetrics.now();
        return context.body(await registry.metrics(), 200, {
          "Content-Type": registry.contentType,
        });
      },
    },
    { path: "/health", access: "open", handle: (context) => context.text("ok\n") },
    {
      path: "/ready",
      access: "open",
      handle(context) {
        const reason = notReady();
        if (reason === null) return context.text("ready\n");
        return context.text(`not ready: ${reason}\n`, 503);
      },
    },
  ];
  return {
    routes,
    onRefused: (reason) => refused.inc({ reason }),
    close: () => processMetrics.cancel(),
  };
}

function addProcessMetrics(registry: Registry): { now: () => void; cancel: () => void } {
  const build = new Gauge({
    name: "logmill_build_info",
    help: "Constant 1; its labels name the version of logmill and of Node.js.",
    labelNames: ["version", "node"],
    registers: [registry],
  });
  build.set({ version: programVersion(), node: process.version }, 1);
  let isDone = false;
  let timer: NodeJS.Timeout;
  const later = (): void => {
    timer = setTimeout(now, processMetricsDelayMs);
    timer.unref();
  };
  const now = (): void => {
    if (isDone) return;
    clearTimeout(timer);
    try {
      collectProcessMetrics(registry);
      isDone = true;
    } catch (error) {
      // Somebody may be using up all descriptors just now; figures are no reason to die of it.
      if (!isOutOfDescriptors(error)) throw error;
      later();
    }
  };
  later();
  return { now, cancel: () => clearTimeout(timer) };
}

function isOutOfDescriptors(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "EMFILE" || code === "ENFILE";
}
