// The specifiers of goaccess's `log-format`: which field each is, and what its values may be.

import type { Variable } from "./line-parts.ts";

export const goaccessVariables: Readonly<Record<string, Variable>> = {
  h: { names: ["ip"], check: "host" },
  r: { names: ["method", "url", "protocol"], split: "request", isFree: "always" },
  m: { names: ["method"] },
  U: { names: ["url"], isFree: true },
  q: { names: ["query"], isFree: true },
  H: { names: ["protocol"] },
  s: { names: ["status"], check: "status" },
  b: { names: ["bytes"], check: "count", missing: ["-", "-1"] },
  R: { names: ["referrer"], isFree: true },
  u: { names: ["user_agent"], isFree: true },
  T: { names: ["duration_s"], check: "number" },
  D: { names: ["duration_us"], check: "count" },
  L: { names: ["duration_ms"], check: "count" },
  n: { names: ["duration_ns"], check: "count" },
  v: { names: ["vhost"], check: "host" },
  e: { names: ["user"], check: "user", isFree: true },
  C: { names: ["cache_status"] },
  K: { names: ["tls_protocol"] },
  k: { names: ["tls_cipher"] },
  M: { names: ["mime_type"] },
  /** What is passed over. */
  "^": { names: [""] },
};

/** What stands between client and time in access logs, and is passed over there. */
export const passedIdent: Variable = { names: [""], check: "user" };
export const passedUser: Variable = { names: [""], check: "user", isFree: true };

/** The first of a list of clients, as `X-Forwarded-For` has them. */
export const firstClient: Variable = { names: ["ip"], check: "host", split: "first", isList: true };
