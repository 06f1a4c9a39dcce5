// What a route of the HTTP endpoint is, and why a request may be refused.

import type { Context } from "hono";

/** Why a request or connection was refused; the label of its counter. */
export const refusals = [
  "bad_request",
  "body",
  "connections",
  "forbidden",
  "headers",
  "method",
  "not_found",
  "timeout",
  "unauthorized",
] as const;
export type Refusal = (typeof refusals)[number];

export interface Route {
  /** A path of hono, such as `/health` or `/query/:summary`. It is matched as it was sent, not decoded. */
  readonly path: string;
  /** `open`: anybody who can reach the address; `token`: only who knows the token. */
  readonly access: "open" | "token";
  /** Gets the request and answers it. What it throws becomes a 500 without details. */
  handle(context: Context): Response | Promise<Response>;
}

/** Why a request is not answered, and what it is told. */
export interface Refused {
  readonly reason: Refusal;
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}
