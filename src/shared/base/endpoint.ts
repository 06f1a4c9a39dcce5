// Endpoints as they are configured: `tcp://HOST:PORT`, `tcp://[IPV6]:PORT` or `ipc://PATH`.

import { isIPv6 } from "node:net";
import { limits } from "./limits.ts";
import { isLoopbackHost } from "./loopback.ts";

export type Endpoint =
  | { readonly transport: "ipc"; readonly path: string }
  | {
      readonly transport: "tcp";
      /** Without brackets. */
      readonly host: string;
      readonly isIPv6: boolean;
      /** Digits, or `*` for any free one. */
      readonly port: string;
    };

/** Null for what is none of these. */
export function parseEndpoint(endpoint: string): Endpoint | null {
  const path = /^ipc:\/\/(.+)$/s.exec(endpoint)?.[1];
  if (path !== undefined) return { transport: "ipc", path };
  const match = /^tcp:\/\/(?:\[([^\]\s]+)\]|([^:/\s[\]]+)):(\d+|\*)$/.exec(endpoint);
  if (match === null) return null;
  const [, inBrackets, name, port = ""] = match;
  if (inBrackets !== undefined && !isIPv6(inBrackets)) return null;
  return {
    transport: "tcp",
    host: inBrackets ?? name ?? "",
    isIPv6: inBrackets !== undefined,
    port,
  };
}

/** Whether it is reached from this host alone. Of a name that is not `localhost` nothing is known. */
export function isOnThisHost(endpoint: string): boolean {
  const parsed = parseEndpoint(endpoint);
  return parsed !== null && (parsed.transport === "ipc" || isLoopbackHost(parsed.host));
}

/** What keeps the operating system from taking a socket's path, and what to do; null if nothing does. */
export function ipcPathProblem(endpoint: string): string | null {
  const parsed = parseEndpoint(endpoint);
  const bytes = parsed?.transport === "ipc" ? Buffer.byteLength(parsed.path) : 0;
  if (bytes <= limits.ipcPathBytesMax) return null;
  return `its path has ${bytes} bytes, and a socket's path may have ${limits.ipcPathBytesMax}; choose a folder with a shorter path, such as /run/logmill`;
}
