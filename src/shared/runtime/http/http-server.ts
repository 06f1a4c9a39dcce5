// The HTTP endpoint of a role: a table of routes, each answering GET at one exact path. It sits on
// operators' networks, next to scanners and worse, so everything about it is bounded and nothing is
// looked up by what a request says:
//
// - A path is compared with the table and never decoded, joined or opened: no files are served.
// - Headers of at most 8 KiB, all of them within 5 s; no bodies; 64 connections, 100 requests each;
//   an answer that is not taken within 10 s is cut off. Whoever comes when all connections are taken
//   pushes out those that only wait.
// - A route of access `token` wants `Authorization: Bearer …`. Where no token is configured it is
//   answered on loopback alone, and there only under a loopback name, because a page in a browser of
//   this host can be made to resolve any name to it.
// - What is refused is counted under a `Refusal` and never logged.

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpToken } from "./http-token.ts";
import { isLoopbackHost } from "../../base/loopback.ts";

const requestTimeoutMs = 5_000;
const answerTimeoutMs = 10_000;
const checkIntervalMs = 1_000;
const connectionsMax = 64;
const requestsPerConnectionMax = 100;
const headerBytesMax = 8 * 1024;

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

interface Reply {
  /** 200 when absent. */
  readonly status?: number;
  /** Content type; plain text when absent. */
  readonly type?: string;
  readonly body: string;
}

export interface Route {
  /** The whole path, such as `/health`; a query after it is allowed and not looked at. */
  readonly path: string;
  /** `open`: anybody who can reach the address; `token`: only who knows the token. */
  readonly access: "open" | "token";
  /** What it throws becomes a 500 without details. */
  handle(): Reply | Promise<Reply>;
}

export interface HttpEndpoint {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Null leaves the routes of access `token` to loopback. */
  readonly token: HttpToken | null;
}

interface HttpServerOptions extends HttpEndpoint {
  readonly routes: readonly Route[];
  readonly onRefused?: (reason: Refusal) => void;
}

export interface HttpServer {
  /** `http://HOST:PORT`, with the port that was really taken. */
  readonly url: string;
  /** Ends open connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts the endpoint. Rejects with the operating system's error when the address is taken. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, onRefused = () => undefined } = options;
  const desk = new Desk(options, onRefused);
  const server = createServer(
    { maxHeaderSize: headerBytesMax, connectionsCheckingInterval: checkIntervalMs },
    (request, response) => void desk.answer(request, response),
  );
  server.maxConnections = connectionsMax;
  server.maxRequestsPerSocket = requestsPerConnectionMax;
  server.headersTimeout = requestTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = requestTimeoutMs;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    refuseBytes(error, socket, onRefused);
  });
  server.on("drop", () => {
    onRefused("connections");
    server.closeIdleConnections();
  });
  server.on("dropRequest", (_, socket) => {
    onRefused("connections");
    socket.destroy();
  });
  await listen(server, host, port);
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Headers of every answer. Nothing here is a page, so a browser may do nothing with it. */
const commonHeaders: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Referrer-Policy", "no-referrer"],
  ["Cache-Control", "no-store"],
];

class Desk {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #paths: string;
  readonly #token: HttpToken | null;
  readonly #isLoopback: boolean;
  readonly #onRefused: (reason: Refusal) => void;

  constructor({ routes, token, host }: HttpServerOptions, onRefused: (reason: Refusal) => void) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#paths = routes.map(({ path }) => path).join(", ");
    this.#token = token;
    this.#isLoopback = isLoopbackHost(host);
    this.#onRefused = onRefused;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#limit(response);
    for (const [name, value] of commonHeaders) response.setHeader(name, value);
    const refused = this.#refusal(request);
    if (refused !== null) {
      this.#onRefused(refused.reason);
      // What else it has sent is not read, so the connection cannot be used again.
      response.setHeader("Connection", "close");
      for (const [name, value] of refused.headers ?? []) response.setHeader(name, value);
      send(response, { status: refused.status, body: `${refused.message}\n` });
      return;
    }
    const route = this.#routes.get(pathOf(request))!;
    try {
      send(response, await route.handle());
    } catch {
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: "this could not be answered\n" });
    }
  }

  /** Who asks and then does not read the answer must not keep it in memory. */
  #limit(response: ServerResponse): void {
    const timer = setTimeout(() => {
      this.#onRefused("timeout");
      response.destroy();
    }, answerTimeoutMs);
    response.once("close", () => clearTimeout(timer));
  }

  #refusal(request: IncomingMessage): Refused | null {
    if (request.method !== "GET" && request.method !== "HEAD") return wrongMethod;
    if (hasBody(request)) return bodySent;
    const route = this.#routes.get(pathOf(request));
    if (route === undefined) {
      const message = `not found; there is ${this.#paths}`;
      return { reason: "not_found", status: 404, message };
    }
    if (route.access === "open") return null;
    if (this.#token === null) {
      const isLocal = this.#isLoopback && isLoopbackHost(hostNameOf(request));
      return isLocal ? null : tokenMissing;
    }
    return this.#token.admits(request.headers.authorization) ? null : unauthorized;
  }
}

interface Refused {
  readonly reason: Refusal;
  readonly status: number;
  readonly message: string;
  readonly headers?: readonly (readonly [string, string])[];
}

const wrongMethod: Refused = {
  reason: "method",
  status: 405,
  message: "only GET is answered here",
  headers: [["Allow", "GET, HEAD"]],
};
const bodySent: Refused = { reason: "body", status: 413, message: "a GET has no body here" };
const tokenMissing: Refused = {
  reason: "forbidden",
  status: 403,
  message: "answered on loopback only until http.token_file or LOGMILL_HTTP_TOKEN is set",
};
const unauthorized: Refused = {
  reason: "unauthorized",
  status: 401,
  message: "wants the header Authorization: Bearer TOKEN",
  headers: [["WWW-Authenticate", 'Bearer realm="logmill"']],
};

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0]!;
}

/** The name that the request used for this host, without the port. */
function hostNameOf({ headers }: IncomingMessage): string {
  const host = headers.host ?? "";
  return host.startsWith("[") ? host.slice(1, host.indexOf("]")) : host.split(":", 1)[0]!;
}

function send(response: ServerResponse, reply: Reply): void {
  const { status = 200, type = "text/plain; charset=utf-8", body } = reply;
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

const byteFaults: ReadonlyMap<string, readonly [Refusal, string]> = new Map([
  ["HPE_HEADER_OVERFLOW", ["headers", "431 Request Header Fields Too Large"]],
  ["ERR_HTTP_REQUEST_TIMEOUT", ["timeout", "408 Request Timeout"]],
]);

/** Answers what never became a request: bytes that are no HTTP, too many of them, or too few. */
function refuseBytes(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  onRefused: (reason: Refusal) => void,
): void {
  const [reason, status] = byteFaults.get(error.code ?? "") ?? ["bad_request", "400 Bad Request"];
  // A client that resets its connection has refused us.
  if (error.code === "ECONNRESET") return void socket.destroy();
  onRefused(reason);
  if (!socket.writable) return void socket.destroy();
  const headers = commonHeaders.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: connectionsMax }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
