// The variables that nginx writes into its logs: which field each is, and what its values may be.

import type { Variable } from "./line-parts.ts";

const addresses = ["realip_remote_addr", "server_addr", "proxy_protocol_addr"];
const counts = [
  ...["request_length", "connection", "connection_requests", "pid", "remote_port", "server_port"],
  ...["realip_remote_port", "proxy_protocol_port"],
];
const numbers = ["request_time", "connection_time", "gzip_ratio"];
const words = [
  ...["request_id", "request_method", "scheme", "server_protocol", "ssl_protocol", "ssl_cipher"],
  ...["hostname", "nginx_version", "pipe", "http2", "http3", "https", "request_completion"],
  ...["upstream_cache_status", "ssl_session_reused"],
];

const known: ReadonlyMap<string, Omit<Variable, "names">> = new Map<
  string,
  Omit<Variable, "names">
>([
  ["remote_addr", { field: { name: "ip", rank: 0 }, check: "host" }],
  ["remote_user", { field: { name: "user", rank: 0 }, check: "user", isFree: true }],
  ["time_local", { field: { name: "timestamp", rank: 0 }, timeForm: "auto", spaces: 1 }],
  ["time_iso8601", { field: { name: "timestamp", rank: 0 }, timeForm: "auto" }],
  ["status", { check: "status" }],
  ["body_bytes_sent", { field: { name: "bytes", rank: 0 }, check: "count" }],
  ["bytes_sent", { field: { name: "bytes", rank: 1 }, check: "count" }],
  ["http_referer", { field: { name: "referrer", rank: 0 }, isFree: true }],
  ["http_user_agent", { field: { name: "user_agent", rank: 0 }, isFree: "always" }],
  ["host", { field: { name: "vhost", rank: 0 } }],
  ["server_name", { field: { name: "vhost", rank: 1 } }],
  ["msec", { field: { name: "timestamp", rank: 1 }, check: "number", timeForm: "epoch_s" }],
  ...addresses.map((name) => [name, { check: "host" }] as const),
  ...counts.map((name) => [name, { check: "count" }] as const),
  ...numbers.map((name) => [name, { check: "number" }] as const),
  ...words.map((name) => [name, {}] as const),
]);

/** Whatever is not known is of a module or of `map`, and may hold anything. */
export function nginxVariable(name: string): Variable {
  if (name === "request") {
    return { names: ["method", "url", "protocol"], split: "request", isFree: "always" };
  }
  const variable = known.get(name);
  if (variable !== undefined) return { names: [name], ...variable };
  // The values of all servers that were tried.
  if (name.startsWith("upstream_")) return { names: [name], isList: true };
  return name === "http_x_forwarded_for"
    ? { names: [name], isList: true, isFree: true }
    : { names: [name], isFree: true };
}
