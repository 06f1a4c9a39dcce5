// Endpoints of IPv6 are bound and reached like any other, with the address that was really taken.

import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { connectDealer, connectPush } from "../../src/shared/net/client-socket.ts";
import { bindPull } from "../../src/shared/net/pull.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import { closing, ipcEndpoint, next } from "../support/net-fixture.ts";

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

describe.skipIf(!hasIPv6)("over IPv6", () => {
  it("a conversation goes both ways", async () => {
    const router = closing(await bindRouter("tcp://[::1]:0"));
    expect(router.endpoint).toMatch(/^tcp:\/\/\[::1\]:[1-9]\d*$/);
    const dealer = closing(connectDealer(router.endpoint));
    await dealer.send([Buffer.from("question")]);
    const { peer, frames } = await next(router[Symbol.asyncIterator]());
    expect(String(frames[0])).toBe("question");
    await router.send(peer, [Buffer.from("answer")]);
    expect(String((await next(dealer[Symbol.asyncIterator]()))[0])).toBe("answer");
  });

  it("partials arrive", async () => {
    const pull = closing(await bindPull("tcp://[::1]:0"));
    const push = closing(connectPush(pull.endpoint));
    await push.send([Buffer.from("partial")]);
    expect(String((await next(pull[Symbol.asyncIterator]()))[0])).toBe("partial");
  });

  it("all addresses of the host are refused without keys, as with IPv4", async () => {
    await expect(bindPull("tcp://[::]:0")).rejects.toMatchObject({ code: "insecure_address" });
  });
});

describe("over IPv4", () => {
  it("a server that is bound by name is found by name, and has an address of IPv4", async () => {
    const pull = closing(await bindPull("tcp://localhost:0"));
    expect(pull.endpoint).toMatch(/^tcp:\/\/127\.\d+\.\d+\.\d+:\d+$/);
    const push = closing(connectPush(pull.endpoint.replace(/\/\/[^:]*/, "//localhost")));
    await push.send([Buffer.from("partial")]);
    expect(String((await next(pull[Symbol.asyncIterator]()))[0])).toBe("partial");
  });
});

describe("a path that is too long for a socket", () => {
  it("is refused with what to do, whether it is bound or connected to", async () => {
    const endpoint = ipcEndpoint("x".repeat(107));
    const problem = /and a socket's path may have 107; choose a folder with a shorter path/;
    await expect(bindPull(endpoint)).rejects.toThrow(problem);
    expect(() => connectPush(endpoint)).toThrow(problem);
  });
});
