// The HTTP endpoint of a role: routes that answer GET (`http-app.ts`), on a server of our own. It sits on
// operators' networks, next to scanners and worse, so everything about it is bounded and no file is
// opened by what a request says:
//
// - A path is matched with the routes as it was sent, neither decoded nor joined: no files are served.
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
import { isLoopbackHost } from "../../base/loopback.ts";
import type { HttpAppOptions } from "./http-app.ts";
import type { HttpToken } from "./http-token.ts";
import type { Refusal, Refused, Route } from "./route.ts";

const requestTimeoutMs = 5_000;
const answerTimeoutMs = 10_000;
const checkIntervalMs = 1_000;
const connectionsMax = 64;
const requestsPerConnectionMax = 100;
const headerBytesMax = 8 * 1024;

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
  const { host, port, routes, token, onRefused = () => undefined } = options;
  const isLoopback = isLoopbackHost(host);
  const handler = new RequestHandler({ routes, token, isLoopback, onRefused });
  const server = createServer(
    { maxHeaderSize: headerBytesMax, connectionsCheckingInterval: checkIntervalMs },
    (request, response) => void handler.answer(request, response),
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

class RequestHandler {
  readonly #options: HttpAppOptions;
  #app: ReturnType<typeof loadApp> | null = null;

  constructor(options: HttpAppOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#limit(response);
    for (const [name, value] of commonHeaders) response.setHeader(name, value);
    const refused = refusalOf(request);
    if (refused !== null) {
      this.#options.onRefused(refused.reason);
      refuse(response, refused);
      return;
    }
    try {
      this.#app ??= loadApp(this.#options);
      await (
        await this.#app
      )(request, response);
    } catch {
      response.destroy();
    }
  }

  /** Who asks and then does not read the answer must not keep it in memory. */
  #limit(response: ServerResponse): void {
    const timer = setTimeout(() => {
      this.#options.onRefused("timeout");
      response.destroy();
    }, answerTimeoutMs);
    response.once("close", () => clearTimeout(timer));
  }
}

async function loadApp(options: HttpAppOptions) {
  const { makeHttpApp } = await import("./http-app.ts");
  return makeHttpApp(options);
}

/** What is wrong with a request whatever its path is; null if nothing. */
function refusalOf(request: IncomingMessage): Refused | null {
  if (request.method !== "GET" && request.method !== "HEAD") return wrongMethod;
  return hasBody(request) ? bodySent : null;
}

const wrongMethod: Refused = {
  reason: "method",
  status: 405,
  message: "only GET is answered here",
  headers: { Allow: "GET, HEAD" },
};
const bodySent: Refused = { reason: "body", status: 413, message: "a GET has no body here" };

function refuse(response: ServerResponse, { status, message, headers }: Refused): void {
  const body = `${message}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    // What else it has sent is not read, so the connection cannot be used again.
    Connection: "close",
    ...headers,
  });
  response.end(body);
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
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
