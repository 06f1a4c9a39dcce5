import { describe, expect, it } from "vitest";
import { Counter, Registry } from "../../../../../src/shared/runtime/metrics.ts";
import { startHttpServer } from "../../../../../src/shared/runtime/http/http-server.ts";
import { roleRoutes } from "../../../../../src/shared/runtime/http/role-routes.ts";
import { atEnd, closing } from "../../../../support/net-fixture.ts";

async function start(
  registry: Registry,
  notReady: () => string | null = () => null,
): Promise<string> {
  const { routes, onRefused, close } = roleRoutes(registry, notReady);
  atEnd(close);
  const options = { host: "127.0.0.1", port: 0, token: null, routes, onRefused };
  return closing(await startHttpServer(options)).url;
}

describe("the routes of a role", () => {
  it("answer /metrics with the role's and the process's metrics, any number of times", async () => {
    const registry = new Registry();
    const help = "Batches.";
    new Counter({ name: "t_batches_total", help, registers: [registry] }).inc(3);
    const url = await start(registry);
    for (let round = 0; round < 2; round += 1) {
      const response = await fetch(`${url}/metrics`);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(text).toContain("t_batches_total 3");
      expect(text).toContain("process_resident_memory_bytes");
      expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
      expect(text).toMatch(/logmill_build_info\{version="\d+\.\d+\.\d+[^"]*",node="v\d+/);
    }
  });

  it("answer /ready by readiness and /health always", async () => {
    let reason: string | null = "waiting for disk space";
    const url = await start(new Registry(), () => reason);
    const notReady = await fetch(`${url}/ready`);
    expect(notReady.status).toBe(503);
    expect(await notReady.text()).toBe("not ready: waiting for disk space\n");
    expect((await fetch(`${url}/health`)).status).toBe(200);
    reason = null;
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  it("count what is refused", async () => {
    const registry = new Registry();
    const url = await start(registry);
    await fetch(`${url}/etc/passwd`);
    await fetch(`${url}/health`, { method: "POST", body: "x" });
    const text = await registry.metrics();
    expect(text).toContain('logmill_http_refused_total{reason="not_found"} 1');
    expect(text).toContain('logmill_http_refused_total{reason="method"} 1');
  });
});
