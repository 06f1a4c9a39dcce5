// One role in this process, with its metrics endpoint: what `logmill ventilator|worker|sink` and the
// children of `logmill run` have in common. Loads the code of the one role that is asked for.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Config } from "../../shared/config/config.ts";
import { exportConnectionMetrics } from "../../shared/net/connection-tally.ts";
import type { RoleSecurity } from "../../shared/net/curve/key-ring.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { Registry } from "../../shared/runtime/metrics.ts";
import { startHttpServer } from "../../shared/runtime/http/http-server.ts";
import type { HttpEndpoint, HttpServer } from "../../shared/runtime/http/http-server.ts";
import type { Route } from "../../shared/runtime/http/route.ts";
import { roleRoutes } from "../../shared/runtime/http/role-routes.ts";
import { StatusBoard } from "../../shared/runtime/http/status-board.ts";
import { statusRoute } from "../../shared/runtime/http/status-route.ts";

/** A role as its starter made it. */
export interface Role {
  readonly isReady: boolean;
  /** What is missing, in a few words, where the role can tell; null when nothing is. */
  readonly notReadyReason?: string | null;
  /** Settles when the role has ended of itself or was stopped; rejects with what ended it. */
  readonly ended: Promise<unknown>;
  /** Drains and ends. */
  stop(): Promise<unknown>;
  /** Ends the processes that the role has started, for one that has: this process ends now. */
  kill?(): void;
}

export interface ServedRole {
  /** Address of the metrics endpoint; null for a child of a pool, whose parent has it. */
  readonly http: string | null;
  /** As the role's, after the endpoint has closed too. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends at once what the role has started; for a process that exits right after it. */
  kill(): void;
}

/**
 * Starts a role and its endpoint.
 * @param name of the role, as /status has it.
 * @param start makes the role; it is given the registry for its metrics, the board for its status, and
 *   whom to tell what holds its start up.
 * @throws LogmillError of the role, or `address_unusable` for the endpoint.
 */
async function serveRole<Started extends Role>(
  name: string,
  http: HttpEndpoint,
  start: (
    registry: Registry,
    status: StatusBoard,
    onHeldUp: (reason: string | null) => void,
  ) => Promise<Started> | Started,
  security?: RoleSecurity,
): Promise<ServedRole & { readonly role: Started }> {
  const registry = new Registry();
  if (security !== undefined) exportConnectionMetrics(registry, () => security.tallies);
  let role: Started | null = null;
  // The endpoint first: a role that has begun to work is not given up for a port.
  const status = new StatusBoard();
  const own = statusRoute(name, status, () => role?.isReady ?? false);
  let heldUpBy: string | null = null;
  const whyNotReady = (): string | null =>
    role === null ? (heldUpBy ?? "starting") : notReady(role);
  const server = await listen(http, registry, own, whyNotReady);
  try {
    role = await start(registry, status, (reason) => (heldUpBy = reason));
  } catch (error) {
    await server.close();
    throw error;
  }
  const started = role;
  const ended = started.ended.then(() => undefined).finally(() => server.close());
  return {
    role: started,
    http: server.url,
    ended,
    stop: () => started.stop().then(() => ended),
    kill: () => started.kill?.(),
  };
}

function notReady(role: Role): string | null {
  return role.isReady ? null : (role.notReadyReason ?? "waiting for the other roles");
}

async function listen(
  endpoint: HttpEndpoint,
  registry: Registry,
  own: Route,
  whyNotReady: () => string | null,
): Promise<HttpServer> {
  const { routes, onRefused, close } = roleRoutes(registry, whyNotReady);
  try {
    const server = await startHttpServer({ ...endpoint, routes: [...routes, own], onRefused });
    return { url: server.url, close: () => server.close().finally(close) };
  } catch (cause) {
    close();
    const { host, port } = endpoint;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new LogmillError(
      "address_unusable",
      `the metrics endpoint can not use ${host}:${port} (${code ?? message}); ` +
        "name another address with --http HOST:PORT",
      { cause },
    );
  }
}

/** What every role is started with. */
interface RoleOptions {
  readonly http: HttpEndpoint;
  readonly logger: Logger;
  /** Absent in a run, whose sockets are in a private folder. */
  readonly security?: RoleSecurity;
}

export async function startVentilatorRole(
  config: Config,
  { http, ...options }: RoleOptions & { readonly once: boolean },
) {
  const { startVentilator } = await import("../../ventilator/ventilator.ts");
  return serveRole(
    "ventilator",
    http,
    (registry, status) => startVentilator(config, { ...options, registry, status }),
    options.security,
  );
}

/**
 * @param options `signal` gives a start up that waits for disk space; `spaceWaitMs` bounds how long a full
 *   disk is waited for.
 */
export async function startSinkRole(
  config: Config,
  {
    http,
    ...options
  }: RoleOptions & { readonly signal: AbortSignal; readonly spaceWaitMs?: number },
) {
  const { startSink } = await import("../../sink/sink.ts");
  return serveRole(
    "sink",
    http,
    (registry, status, onHeldUp) => startSink(config, { ...options, registry, status, onHeldUp }),
    options.security,
  );
}

/** @param options `onWork` is told when the first batch is taken; `pool` is the one that it works for. */
export async function startWorkerRole(
  tasks: string,
  { http, ...options }: RoleOptions & { readonly onWork?: () => void; readonly pool: string },
) {
  const { startWorker } = await import("../../worker/worker.ts");
  const { workerStatus } = await import("../../worker/status.ts");
  return serveRole("worker", http, (registry, status) => {
    const worker = startWorker({ ...options, tasks, registry });
    status.provide(() => workerStatus(tasks, [["1", worker]]));
    return worker;
  });
}

/** @param childArgs what the children need to know besides the address. */
export async function startPoolRole(
  tasks: string,
  concurrency: number,
  { http, logger, childArgs }: RoleOptions & { readonly childArgs: readonly string[] },
) {
  const { startPool } = await import("../../worker/pool.ts");
  const pool = { tasks, concurrency, logger, childArgs };
  return serveRole("worker", http, (registry, status) => startPool({ ...pool, registry, status }));
}

export async function startPoolChildRole(
  tasks: string,
  options: Omit<RoleOptions, "http"> & { readonly pool: string },
): Promise<ServedRole> {
  const { startPoolChild } = await import("../../worker/pool-child.ts");
  const worker = startPoolChild({ ...options, tasks }, process);
  const { ended } = worker;
  return { http: null, ended, stop: () => worker.stop(), kill: () => undefined };
}
