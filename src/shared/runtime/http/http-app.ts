// The routes of the HTTP endpoint as a hono application: which route a path is, who may have it, and its
// answer. Loaded with the first request, since hono and the web's own Request and Response take a start
// longer than a role that nobody asks can spare.
//
// What is wrong with a request whatever its path is refused in `http-server.ts`, before it gets here.

import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { isLoopbackHost } from "../../base/loopback.ts";
import type { HttpToken } from "./http-token.ts";
import type { Refusal, Refused, Route } from "./route.ts";

export interface HttpAppOptions {
  readonly routes: readonly Route[];
  readonly token: HttpToken | null;
  /** Whether the endpoint can be reached from this host alone. */
  readonly isLoopback: boolean;
  readonly onRefused: (reason: Refusal) => void;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const tokenMissing: Refused = {
  reason: "forbidden",
  status: 403,
  message: "answered on loopback only until http.token_file or LOGMILL_HTTP_TOKEN is set",
};
const unauthorized: Refused = {
  reason: "unauthorized",
  status: 401,
  message: "wants the header Authorization: Bearer TOKEN",
  headers: { "WWW-Authenticate": 'Bearer realm="logmill"' },
};

/** Never rejects. */
export function makeHttpApp({ routes, token, isLoopback, onRefused }: HttpAppOptions): Listener {
  // The path as it was sent: nothing of it is decoded or joined.
  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath: (_request, options) => pathOf((options?.env as HttpBindings).incoming),
  });
  const refuse = (refused: Refused): Response => {
    onRefused(refused.reason);
    return new Response(`${refused.message}\n`, refusedResponse(refused));
  };
  const admission = (route: Route, { headers }: IncomingMessage): Refused | null => {
    if (route.access === "open") return null;
    if (token !== null) return token.admits(headers.authorization) ? null : unauthorized;
    // A page in a browser of this host can be made to resolve any name to it.
    const isLocal = isLoopback && isLoopbackHost(hostNameOf(headers.host));
    return isLocal ? null : tokenMissing;
  };
  for (const route of routes) {
    app.get(route.path, (context) => {
      const refused = admission(route, context.env.incoming);
      return refused === null ? route.handle(context) : refuse(refused);
    });
  }
  const paths = routes.map(({ path }) => path).join(", ");
  app.notFound(() =>
    refuse({ reason: "not_found", status: 404, message: `not found; there is ${paths}` }),
  );
  app.onError(() => new Response("this could not be answered\n", { status: 500 }));
  return getRequestListener((request, env) => app.fetch(request, env), {
    // Neither is there a reason to replace the process's own Request and Response.
    overrideGlobalObjects: false,
    hostname: "localhost",
    errorHandler: () => refuse({ reason: "bad_request", status: 400, message: "no request" }),
  });
}

function refusedResponse({ status, headers }: Refused): ResponseInit {
  const type = { "Content-Type": "text/plain; charset=utf-8" };
  // What else it has sent is not read, so the connection cannot be used again.
  return { status, headers: { ...type, Connection: "close", ...headers } };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0]!;
}

/** The name that the request used for this host, without the port. */
function hostNameOf(host = ""): string {
  return host.startsWith("[") ? host.slice(1, host.indexOf("]")) : host.split(":", 1)[0]!;
}
