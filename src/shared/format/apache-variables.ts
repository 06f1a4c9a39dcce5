// The directives of Apache's `LogFormat`: which field each is, and what its values may be.

import type { LinePart, Variable } from "./line-parts.ts";
import { timeFormOfStrftime } from "./strftime.ts";

const bytes = { check: "count", missing: ["-", "-1"] } as const;

/** Directives that have no word in braces. */
const plain: Readonly<Record<string, Variable>> = {
  h: { names: ["remote_host"], field: { name: "ip", rank: 0 }, check: "host" },
  a: { names: ["remote_ip"], field: { name: "ip", rank: 1 }, check: "host" },
  A: { names: ["local_ip"], check: "host" },
  l: { names: ["ident"], check: "user" },
  u: { names: ["user"], check: "user", isFree: true },
  r: { names: ["method", "url", "protocol"], split: "request", isFree: "always" },
  s: { names: ["status"], check: "status" },
  b: { names: ["body_bytes"], field: { name: "bytes", rank: 0 }, ...bytes },
  B: { names: ["body_bytes"], field: { name: "bytes", rank: 1 }, ...bytes },
  O: { names: ["bytes_sent"], field: { name: "bytes", rank: 2 }, ...bytes },
  I: { names: ["bytes_received"], ...bytes },
  S: { names: ["bytes_transferred"], ...bytes },
  D: { names: ["duration_us"], check: "count" },
  T: { names: ["duration_s"], check: "count" },
  v: { names: ["server_name"], field: { name: "vhost", rank: 0 }, check: "host" },
  V: { names: ["canonical_name"], field: { name: "vhost", rank: 1 }, check: "host" },
  p: { names: ["port"], check: "count" },
  m: { names: ["request_method"], field: { name: "method", rank: 0 } },
  U: { names: ["url_path"], field: { name: "url", rank: 0 }, isFree: true },
  q: { names: ["query"], isFree: true },
  H: { names: ["request_protocol"], field: { name: "protocol", rank: 0 } },
  f: { names: ["file"], isFree: true },
  k: { names: ["keepalive_requests"], check: "count" },
  L: { names: ["log_id"] },
  P: { names: ["pid"], check: "count" },
  R: { names: ["handler"] },
  X: { names: ["connection_status"] },
};

/** Headers that have names of their own. */
const headers: Readonly<Record<string, Variable>> = {
  referer: { names: ["referrer"], isFree: true },
  "user-agent": { names: ["user_agent"], isFree: "always" },
};

const durations: Readonly<Record<string, string>> = { s: "s", ms: "ms", us: "us" };
const ports: Readonly<Record<string, string>> = {
  canonical: "port",
  local: "local_port",
  remote: "client_port",
};

/** What `%{word}letter` stands for, which may have texts around it; null if it is not known. */
export function apacheVariable(word: string | null, letter: string): readonly ApachePart[] | null {
  if (letter === "t") return timeParts(word);
  if (word === null) return letter in plain ? [plain[letter]!] : null;
  const name = fieldName(word);
  switch (letter) {
    case "i":
      return [headers[word.toLowerCase()] ?? { names: [name], isFree: true }];
    case "o":
      return [{ names: [`sent_${name}`], isFree: true }];
    case "C":
      return [{ names: [`cookie_${name}`], isFree: true }];
    case "e":
    case "n":
    case "x":
    case "c":
      return [{ names: [name], isFree: true }];
    case "T":
      return word in durations
        ? [{ names: [`duration_${durations[word]!}`], check: "count" }]
        : null;
    case "p":
      return word in ports ? [{ names: [ports[word]!], check: "count" }] : null;
    case "a":
      return word === "c" ? [{ names: ["peer_ip"], check: "host" }] : null;
    case "P":
      return word === "pid" || word === "tid" ? [{ names: [word], check: "count" }] : null;
    default:
      return null;
  }
}

export type ApachePart = Variable | Extract<LinePart, { kind: "text" }>;

const units: Readonly<Record<string, string>> = {
  sec: "epoch_s",
  msec: "epoch_ms",
  usec: "epoch_us",
};

/** `%t` is a time in brackets, `%{format}t` one as strftime writes it. */
function timeParts(word: string | null): readonly ApachePart[] | null {
  const time = { names: ["time"], field: { name: "timestamp", rank: 0 } } as const;
  if (word === null) {
    return [
      { kind: "text", text: "[" },
      { ...time, timeForm: "auto", spaces: 1 },
      { kind: "text", text: "]" },
    ];
  }
  const format = word.replace(/^(?:begin|end):/, "");
  const timeForm = format in units ? units[format]! : timeFormOfStrftime(format);
  if (timeForm === null) return null;
  return [{ ...time, timeForm, spaces: format.split(" ").length - 1 }];
}

/** A name that a field may have. */
function fieldName(word: string): string {
  const name = word.toLowerCase().replaceAll(/\W/g, "_");
  return /^[a-z_]/.test(name) ? name : `_${name}`;
}
