// The HTTP endpoint against clients that do not behave, with raw sockets.

import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { HttpToken } from "../../../../../src/shared/runtime/http/http-token.ts";
import { startHttpServer } from "../../../../../src/shared/runtime/http/http-server.ts";
import type {
  HttpEndpoint,
  HttpServer,
} from "../../../../../src/shared/runtime/http/http-server.ts";
import type { Route } from "../../../../../src/shared/runtime/http/route.ts";
import { recordEvidence } from "../../../../support/evidence.ts";
import { atEnd, closing, until } from "../../../../support/net-fixture.ts";

const secret = "a-token-of-more-than-16-characters";
const token = new HttpToken(secret, "a test");
const routes: readonly Route[] = [
  { path: "/open", access: "open", handle: (context) => context.text("open\n") },
  { path: "/inside", access: "token", handle: (context) => context.json({}) },
  {
    path: "/broken",
    access: "open",
    handle: () => Promise.reject(new Error("a detail that is nobody's business")),
  },
  {
    path: "/of/:name",
    access: "open",
    handle: (context) => {
      return context.json({ name: context.req.param("name"), top: context.req.query("top") });
    },
  },
  { path: "/large", access: "open", handle: (context) => context.text("x".repeat(64 << 20)) },
];

async function start(options: Partial<HttpEndpoint> = {}) {
  const refused: string[] = [];
  const server = closing(
    await startHttpServer({
      host: "127.0.0.1",
      port: 0,
      token: null,
      routes,
      onRefused: (reason) => refused.push(reason),
      ...options,
    }),
  );
  return { ...server, refused, port: Number(new URL(server.url).port) };
}

/** A connection that is gone at the end of the test, and what came over it. */
function dial(port: number): { socket: Socket; closed: Promise<void>; reply: () => string } {
  const socket = connect(port, "127.0.0.1");
  let reply = "";
  socket.setEncoding("latin1").on("data", (text: string) => (reply += text));
  socket.on("error", () => undefined);
  atEnd(() => void socket.destroy());
  return {
    socket,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
    reply: () => reply,
  };
}

/** Sends bytes as they are and returns all that comes back until the server closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const { socket, closed, reply } = dial(port);
  socket.write(bytes, "latin1");
  await closed;
  return reply();
}

const get = (path: string, headers = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
const statusOf = (reply: string): string => /^HTTP\/1\.1 (\d+)/.exec(reply)?.[1] ?? "none";

describe("a route", () => {
  it("answers GET and HEAD, with headers that leave a browser nothing to do", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/open?verbose`);
    expect([response.status, await response.text()]).toEqual([200, "open\n"]);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("server")).toBeNull();
    expect(response.headers.get("x-powered-by")).toBeNull();
    expect((await fetch(`${url}/open`, { method: "HEAD" })).status).toBe(200);
  });

  it("that fails says that it did, and no more", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("this could not be answered\n");
  });
});

describe("a route with a parameter", () => {
  it("gets the path as it was sent, and the query", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/of/a%2Fb?top=3`);
    expect(await response.json()).toEqual({ name: "a/b", top: "3" });
    expect((await fetch(`${url}/of/a/b`)).status).toBe(404);
  });
});

describe("a route behind a token", () => {
  it("is answered to who has the token, and to nobody else", async () => {
    const { url, refused } = await start({ token });
    const ask = async (authorization?: string): Promise<number> =>
      (await fetch(`${url}/inside`, { headers: authorization ? { authorization } : {} })).status;
    expect(await ask(`Bearer ${secret}`)).toBe(200);
    expect(await ask(`bearer ${secret}`)).toBe(200);
    const wrong = [undefined, secret, `Basic ${secret}`, "Bearer", `Bearer ${secret}x`];
    for (const authorization of [...wrong, `Bearer ${secret.slice(1)}`, "Bearer ", "Bearer a b"]) {
      expect(await ask(authorization), authorization).toBe(401);
    }
    expect(refused).toEqual(Array.from({ length: 8 }, () => "unauthorized"));
    expect((await fetch(`${url}/open`)).status).toBe(200);
    const challenge = await fetch(`${url}/inside`);
    expect(challenge.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(await challenge.text()).not.toContain(secret);
  });

  it("is left to loopback where there is no token", async () => {
    const { port } = await start();
    expect(statusOf(await raw(port, get("/inside")))).toBe("200");
    // A page whose name was made to resolve to this host.
    const rebound = get("/inside").replace("localhost", "evil.example");
    expect(statusOf(await raw(port, rebound))).toBe("403");
    const nameless = "GET /inside HTTP/1.0\r\n\r\n";
    expect(statusOf(await raw(port, nameless))).toBe("403");
  });

  it("is answered to nobody beyond loopback where there is no token", async () => {
    const { port } = await start({ host: "0.0.0.0" });
    const reply = await raw(port, get("/inside"));
    expect(statusOf(reply)).toBe("403");
    expect(reply).toContain("http.token_file");
    expect(statusOf(await raw(port, get("/open")))).toBe("200");
    recordEvidence({
      part: "security",
      fault: "HTTP beyond /health, /ready and /metrics without the bearer token",
      expected: "refused: 401 with a token configured, 403 without one beyond loopback",
      observed:
        "8 wrong tokens answered 401; without a token 403 beyond loopback and to a foreign Host",
      runs: 11,
    });
  });
});

describe("what is refused and counted", () => {
  const oversize = `X-Long: ${"a".repeat(9000)}\r\n`;
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["an unknown path", get("/"), "404", "not_found"],
    ["a path out of the tree", get("/open/../../../etc/passwd"), "404", "not_found"],
    ["an encoded path out of the tree", get("/%2e%2e/%2e%2e/etc/passwd"), "404", "not_found"],
    ["a path with a zero byte", get("/open%00"), "404", "not_found"],
    ["an absolute form", get("http://localhost/open"), "404", "not_found"],
    ["another method", get("/open").replace("GET", "POST"), "405", "method"],
    ["a method on a path that is none", get("/").replace("GET", "DELETE"), "405", "method"],
    ["a body", get("/open", "Content-Length: 5\r\n"), "413", "body"],
    ["a body of any length", get("/open", "Transfer-Encoding: chunked\r\n"), "413", "body"],
    ["headers of more than 8 KiB", get("/open", oversize), "431", "headers"],
    ["a request line of more than 8 KiB", get(`/${"a".repeat(9000)}`), "431", "headers"],
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", "400", "bad_request"],
    [
      "two lengths",
      get("/open", "Content-Length: 5\r\nContent-Length: 6\r\n"),
      "400",
      "bad_request",
    ],
    ["a header that is none", get("/open", "no colon\r\n"), "400", "bad_request"],
  ];

  it.each(cases)("%s", async (_, bytes, status, reason) => {
    const { port, refused } = await start();
    const reply = await raw(port, bytes);
    expect(statusOf(reply)).toBe(status);
    expect(reply).toMatch(/x-content-type-options: nosniff/i);
    expect(refused).toEqual([reason]);
    expect(statusOf(await raw(port, get("/open")))).toBe("200");
  });

  it("a body of a hundred gigabytes, without reading it", async () => {
    const { port } = await start();
    const { socket, closed, reply } = dial(port);
    const flood = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16)));
    };
    socket.on("drain", flood);
    socket.write(`POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000000\r\n\r\n`);
    flood();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(64 << 20);
    expect(["405", "none"]).toContain(statusOf(reply()));
  });

  it("a connection has a hundred requests and no more", async () => {
    const { port, refused } = await start();
    const one = "GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const reply = await raw(port, one.repeat(1000));
    expect(reply.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThanOrEqual(100);
    expect(refused).toContain("connections");
  });
});

describe("who is slow", () => {
  it("is closed: no byte, a byte at a time, half a request, and a reader that does not read", async () => {
    const { port, refused } = await start();
    const silent = dial(port);
    const half = dial(port);
    half.socket.write("GET /open HTTP/1.1\r\nHost: local");
    const dripping = dial(port);
    dripping.socket.write("GET /open HTTP/1.1\r\nX-Slow: ");
    const drip = setInterval(() => {
      if (!dripping.socket.destroyed) dripping.socket.write("a");
    }, 50);
    atEnd(() => {
      clearInterval(drip);
    });
    const deaf = connect(port, "127.0.0.1");
    atEnd(() => void deaf.destroy());
    deaf.on("error", () => undefined);
    deaf.pause();
    deaf.write(get("/large"));
    const idle = dial(port);
    idle.socket.write("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await Promise.all([silent.closed, half.closed, dripping.closed, idle.closed]);
    expect([half, dripping].map(({ reply }) => statusOf(reply()))).toEqual(["408", "408"]);
    expect(statusOf(idle.reply())).toBe("200");
    const timeouts = (): number => refused.filter((reason) => reason === "timeout").length;
    expect(timeouts()).toBeGreaterThanOrEqual(2);
    // The deaf one learns of its end when it reads on, and by far not everything has come.
    const before = timeouts();
    await until("the answer is cut off", () => timeouts() > before);
    let bytes = 0;
    deaf.on("data", (chunk) => (bytes += chunk.length)).resume();
    await new Promise((resolve) => deaf.once("close", resolve));
    expect(bytes).toBeLessThan(64 << 20);
    expect(statusOf(await raw(port, get("/open")))).toBe("200");
  });

  it("by hundreds keeps others out until its time is over, and no longer", async () => {
    const { port, url, refused } = await start();
    const slow = Array.from({ length: 200 }, () => dial(port));
    for (const { socket } of slow) socket.write("GET /open HT");
    await until("they have filled the endpoint", () => refused.includes("connections"));
    await until("an honest request is answered", async () => {
      return fetch(`${url}/open`).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
    await Promise.all(slow.map(({ closed }) => closed));
    recordEvidence({
      part: "security",
      fault: "200 slow HTTP clients (slowloris) on an endpoint of 64 connections",
      expected:
        "all closed by timeout or cap; honest requests answered again; nothing else disturbed",
      observed: "200 connections closed, an honest GET answered 200",
      runs: 200,
    });
  });

  it("and only waits gives way to who asks", async () => {
    const { port, url, refused } = await start();
    const idle = Array.from({ length: 64 }, () => dial(port));
    for (const { socket } of idle) socket.write("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until("all have their answer", () => idle.every(({ reply }) => reply() !== ""));
    await fetch(`${url}/open`).catch(() => undefined);
    expect(refused).toEqual(["connections"]);
    expect((await fetch(`${url}/open`)).status).toBe(200);
  });
});

describe("the server", () => {
  it("rejects when the address is taken", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("gives the port back when closed, whatever connections are open", async () => {
    const first: HttpServer & { port: number } = await start();
    await fetch(`${first.url}/open`);
    const idle = dial(first.port);
    await new Promise((resolve) => idle.socket.once("connect", resolve));
    await first.close();
    await idle.closed;
    const second = await start({ port: first.port });
    expect(second.url).toBe(first.url);
  });
});
