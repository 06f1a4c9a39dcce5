// What `logmill ventilator`, `logmill worker` and `logmill sink` do.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { loadConfig } from "../../shared/config/load.ts";
import { errorTable } from "../../shared/base/errors.ts";
import type { KeyOwner } from "../../shared/net/curve/key-folder.ts";
import { RoleSecurity } from "../../shared/net/curve/key-ring.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { createLogger } from "../../shared/runtime/logger.ts";
import type { VentilatorOutcome } from "../../ventilator/ventilator.ts";
import type { HttpEndpoint } from "../../shared/runtime/http/http-server.ts";
import { loadHttpToken } from "../../shared/runtime/http/http-token.ts";
import { expectWritableDataDir } from "../run/data-folder.ts";
import { autoConcurrency } from "../run/concurrency.ts";
import { readCpuMax } from "./cpu-quota.ts";
import { parseHttpAddress } from "./http-address.ts";
import type { HttpAddress } from "./http-address.ts";
import {
  startPoolChildRole,
  startPoolRole,
  startSinkRole,
  startVentilatorRole,
  startWorkerRole,
} from "../run/role.ts";
import type { ServedRole } from "../run/role.ts";
import { serveInForeground } from "../run/serve.ts";

/** What was read counts; that some input was not is worth a failure. */
const problemsExitCode = errorTable.source_unreadable.exitCode;

/** What the three commands have in common. */
interface RoleArguments {
  readonly http: string | undefined;
  readonly keys: string | undefined;
  readonly insecure: boolean | undefined;
}

/** Serves a ventilator; 1 when `--once` found inputs that could not be read to their end. */
export async function serveVentilator(
  args: RoleArguments & { readonly config: string; readonly once: boolean | undefined },
): Promise<number> {
  const config = loadConfig(args.config, process.env);
  const http = httpEndpoint(args.http, config.http, config.http.tokenFile);
  const logger = createLogger({ role: "ventilator" });
  const security = roleSecurity("ventilator", args, config.cluster.security.keys, logger);
  const once = args.once ?? false;
  let outcome: Promise<VentilatorOutcome> | null = null;
  const start = async (): Promise<ServedRole> => {
    const served = await startVentilatorRole(config, { once, http, logger, security });
    outcome = served.role.ended;
    return served;
  };
  const exitCode = await serveInForeground(start, logger);
  const { problems } = await outcome!;
  return exitCode === 0 && problems.length > 0 ? problemsExitCode : exitCode;
}

/** Serves a sink. */
export async function serveSink(
  args: RoleArguments & { readonly config: string },
): Promise<number> {
  const config = loadConfig(args.config, process.env);
  expectWritableDataDir(config.dataDir);
  const { host, port, tokenFile } = config.http;
  // With one configuration for both, the sink's endpoint is next to the ventilator's.
  const next = { host, port: port === 0 ? 0 : port + 1 };
  const http = httpEndpoint(args.http, next, tokenFile);
  const logger = createLogger({ role: "sink" });
  const security = roleSecurity("sink", args, config.cluster.security.keys, logger);
  return serveInForeground(
    (signal) => startSinkRole(config, { http, logger, security, signal }),
    logger,
  );
}

/** Serves one worker, or a group of them under this process. */
export async function serveWorkers(
  args: RoleArguments & {
    readonly tasks: string;
    readonly concurrency: number | "auto";
    readonly pool: string;
    readonly child: boolean | undefined;
  },
): Promise<number> {
  const { tasks, pool, child } = args;
  const concurrency =
    args.concurrency === "auto"
      ? autoConcurrency(availableParallelism(), readCpuMax(), tasks)
      : args.concurrency;
  const logger = createLogger({ role: "worker" });
  // A group reads the keys as well, so that what is wrong with them is said once.
  const security = roleSecurity("worker", args, null, logger);
  if (child === true) {
    return serveInForeground(() => startPoolChildRole(tasks, { logger, security, pool }), logger);
  }
  // Any number of workers start on one host, so a port that nobody named is a free one.
  const http = httpEndpoint(args.http, { host: "127.0.0.1", port: 0 }, null);
  const childArgs = [
    ...["--pool", pool],
    ...(args.keys === undefined ? [] : ["--keys", args.keys]),
    ...(args.insecure === true ? ["--insecure"] : []),
  ];
  const start =
    concurrency === 1
      ? () => startWorkerRole(tasks, { http, logger, security, pool })
      : () => startPoolRole(tasks, concurrency, { http, logger, childArgs });
  return serveInForeground(start, logger);
}

/**
 * The keys of a role, from now on read anew on SIGHUP as far as they are allow-lists.
 * @param configured what `--keys` overrides.
 */
function roleSecurity(
  owner: KeyOwner,
  { keys, insecure }: RoleArguments,
  configured: string | null,
  logger: Logger,
): RoleSecurity {
  const folder = keys === undefined ? configured : resolve(keys);
  const security = new RoleSecurity(owner, { keys: folder, isInsecure: insecure ?? false }, logger);
  // Without lists SIGHUP keeps its meaning: the terminal is gone.
  if (security.hasLists) process.on("SIGHUP", () => security.reload());
  return security;
}

function httpEndpoint(
  asked: string | undefined,
  otherwise: HttpAddress,
  tokenFile: string | null,
): HttpEndpoint {
  const { host, port } = asked === undefined ? otherwise : parseHttpAddress(asked);
  return { host, port, token: loadHttpToken(tokenFile, process.env) };
}
