// The HTTP endpoint of a role: GET /metrics (Prometheus text), /health (the process answers) and
// /ready (it also does its work), nothing else. It sits on operators' networks, so requests are
// bounded: 8 KiB of headers, 5 s to send them, 64 connections, no bodies.

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { collectProcessMetrics, Gauge } from "./metrics.ts";
import type { Registry } from "./metrics.ts";
import { programVersion } from "./version.ts";

const requestTimeoutMs = 5000;
const connectionsMax = 64;
const headerBytesMax = 8 * 1024;
/** Loading the process metrics takes time that a starting role needs for better things. */
const processMetricsDelayMs = 2000;

export interface MetricsServerOptions {
  /** Holds the role's metrics; process metrics and `logmill_build_info` are added to it. */
  readonly registry: Registry;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Whether `/ready` answers 200 (true) or 503. */
  readonly isReady: () => boolean;
  /** More metrics in the same text format, appended to `/metrics`. */
  readonly extra?: () => Promise<string>;
}

export interface MetricsServer {
  /** `http://HOST:PORT`, with the port that was really taken. */
  readonly url: string;
  /** Ends open connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts the endpoint. Rejects with the operating system's error when the address is taken. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const processMetrics = addProcessMetrics(options.registry);
  const server = createServer(
    { maxHeaderSize: headerBytesMax, connectionsCheckingInterval: 1000 },
    (request, response) => {
      answer(request, response, options, processMetrics.now).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    },
  );
  server.maxConnections = connectionsMax;
  server.headersTimeout = requestTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = requestTimeoutMs;
  try {
    await listen(server, options.host, options.port);
  } catch (error) {
    processMetrics.cancel();
    throw error;
  }
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        processMetrics.cancel();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: MetricsServerOptions,
  loadProcessMetrics: () => void,
): Promise<void> {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-store");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    // The body, if any, is not read; so the connection cannot be used again.
    response.setHeader("Connection", "close");
    send(response, 405, "only GET is answered here\n");
    return;
  }
  const path = (request.url ?? "").split("?", 1)[0];
  if (path === "/metrics") {
    loadProcessMetrics();
    const own = await options.registry.metrics();
    const extra = (await options.extra?.()) ?? "";
    send(response, 200, own + extra, options.registry.contentType);
  } else if (path === "/health") send(response, 200, "ok\n");
  else if (path === "/ready") {
    if (options.isReady()) send(response, 200, "ready\n");
    else send(response, 503, "not ready\n");
  } else send(response, 404, "not found; try /metrics, /health or /ready\n");
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

function addProcessMetrics(registry: Registry): { now: () => void; cancel: () => void } {
  const build = new Gauge({
    name: "logmill_build_info",
    help: "Constant 1; its labels name the version of logmill and of Node.js.",
    labelNames: ["version", "node"],
    registers: [registry],
  });
  build.set({ version: programVersion(), node: process.version }, 1);
  let isDone = false;
  const now = (): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    collectProcessMetrics(registry);
  };
  const timer = setTimeout(now, processMetricsDelayMs);
  timer.unref();
  return { now, cancel: () => clearTimeout(timer) };
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
