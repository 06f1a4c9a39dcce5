// Where a Redis server is, as configurations write it: `redis://[USER@]HOST[:PORT][/DATABASE]`, or `rediss://`
// for TLS. A password has no place in it, since addresses are shown and logged.

export interface RedisUrl {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** Null for the default user. */
  readonly user: string | null;
  readonly database: number;
  /** As it is shown, and as keys are assigned by: without user, with port and database. */
  readonly place: string;
}

const defaultPort = 6379;

/** What is wrong with it, as the end of a sentence; null if nothing. */
export function redisUrlProblem(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "must be redis://[USER@]HOST[:PORT][/DATABASE], or rediss:// for TLS";
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:") {
    return `must begin with redis:// or rediss://, not ${url.protocol}`;
  }
  if (url.password !== "") {
    return "must have no password; put it into a file, and name that as password_file";
  }
  if (url.hostname === "") return "names no host";
  if (url.port === "0") return "must have a port from 1 to 65535";
  if (url.search !== "" || url.hash !== "") return "must end with the database";
  if (!/^\/?(\d{1,9})?$/.test(url.pathname)) return "has a database that is no number";
  return null;
}

/** @param text without a problem. */
export function parseRedisUrl(text: string): RedisUrl {
  const { protocol, hostname, port: written, username, pathname } = new URL(text);
  const port = written === "" ? defaultPort : Number(written);
  const database = Number(pathname.replace("/", "") || "0");
  const host = hostname.replace(/^\[|\]$/g, "");
  const user = username === "" ? null : decodeURIComponent(username);
  const place = `${protocol}//${hostname}:${port}/${database}`;
  return { isTls: protocol === "rediss:", host, port, user, database, place };
}
