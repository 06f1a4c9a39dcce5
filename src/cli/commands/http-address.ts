// The `--http HOST:PORT` option.

import { LogmillError } from "../../shared/base/errors.ts";

export interface HttpAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPV6]:PORT` or `:PORT` (this host only). @throws LogmillError `usage`. */
export function parseHttpAddress(text: string): HttpAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Infinity);
  if (match === null || port > 65_535) {
    throw new LogmillError(
      "usage",
      `--http: "${text}" is no HOST:PORT, such as 0.0.0.0:8555 or [::1]:8555`,
    );
  }
  const host = match[1] ?? match[2] ?? "";
  return { host: host === "" ? "127.0.0.1" : host, port };
}
