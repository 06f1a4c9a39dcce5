import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Counter, Registry } from "../../../../src/shared/runtime/metrics.ts";
import { startMetricsServer } from "../../../../src/shared/runtime/metrics-server.ts";
import type {
  MetricsServer,
  MetricsServerOptions,
} from "../../../../src/shared/runtime/metrics-server.ts";

const servers: MetricsServer[] = [];

async function start(options: Partial<MetricsServerOptions> = {}): Promise<MetricsServer> {
  const server = await startMetricsServer({
    registry: new Registry(),
    host: "127.0.0.1",
    port: 0,
    isReady: () => true,
    ...options,
  });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Sends bytes as they are and returns all that comes back until the peer closes. */
function rawRequest(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let reply = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (reply += text));
    socket.on("close", () => resolve(reply));
    socket.on("error", reject);
    socket.write(bytes);
  });
}

describe("startMetricsServer", () => {
  it("answers /metrics with the role's, the process's and the extra metrics", async () => {
    const registry = new Registry();
    const batches = new Counter({
      name: "t_batches_total",
      help: "Batches.",
      registers: [registry],
    });
    batches.inc(3);
    const { url } = await start({ registry, extra: () => Promise.resolve("t_extra 1\n") });
    const response = await fetch(`${url}/metrics`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(text).toContain("t_batches_total 3");
    expect(text).toContain("process_resident_memory_bytes");
    expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
    expect(text).toMatch(/logmill_build_info\{version="\d+\.\d+\.\d+[^"]*",node="v\d+/);
    expect(text.endsWith("t_extra 1\n")).toBe(true);
  });

  it("gives the same process metrics a second time", async () => {
    const { url } = await start();
    await fetch(`${url}/metrics`);
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("process_cpu_seconds_total");
  });

  it("answers /ready by readiness and /health always", async () => {
    let isReady = false;
    const { url } = await start({ isReady: () => isReady });
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    isReady = true;
    expect((await fetch(`${url}/ready?verbose`)).status).toBe(200);
  });

  it("answers 404 elsewhere and 405 to anything but GET and HEAD", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics/../etc`)).status).toBe(404);
    const post = await fetch(`${url}/metrics`, { method: "POST", body: "x".repeat(100_000) });
    expect(post.status).toBe(405);
    expect(post.headers.get("allow")).toBe("GET, HEAD");
    expect((await fetch(`${url}/health`, { method: "HEAD" })).status).toBe(200);
  });

  it("refuses headers of more than 8 KiB", async () => {
    const { url } = await start();
    const reply = await rawRequest(
      url,
      `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(9000)}\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("rejects when the address is taken", async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it("gives the port back when closed, whatever connections are open", async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await fetch(`${first.url}/health`);
    const idle = connect(port, "127.0.0.1");
    const closed = new Promise((resolve) => idle.on("close", resolve));
    idle.on("error", () => undefined);
    await new Promise((resolve) => idle.once("connect", resolve));
    await first.close();
    await closed;
    const second = await start({ port });
    expect(second.url).toBe(first.url);
  });
});
