// The sockets, with real transports: what ZeroMQ does to us, and what we make of it.

import { connect as connectTcp } from "node:net";
import { describe, expect, it } from "vitest";
import { Dealer as RawDealer, Push as RawPush, Router as RawRouter } from "zeromq";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { limits } from "../../src/shared/base/limits.ts";
import { connectDealer, connectPush } from "../../src/shared/net/client-socket.ts";
import { bindPull } from "../../src/shared/net/pull.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import { clientOptions, serverOptions } from "../../src/shared/net/socket-options.ts";
import { atEnd, closing, ipcEndpoint, next, until } from "../support/net-fixture.ts";

const transports = ["tcp", "ipc"] as const;
const endpointOf = (transport: (typeof transports)[number]): string =>
  transport === "tcp" ? "tcp://127.0.0.1:0" : ipcEndpoint("socket");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (frames: readonly Uint8Array[]): string[] =>
  frames.map((frame) => new TextDecoder().decode(frame));

/** A connected pair; the router knows the dealer as `peer`. */
async function conversation(endpoint: string) {
  const router = closing(await bindRouter(endpoint));
  const dealer = closing(connectDealer(router.endpoint));
  const incoming = router[Symbol.asyncIterator]();
  await dealer.send([bytes("hello")]);
  const { peer } = await next(incoming);
  return { router, dealer, incoming, peer };
}

describe.each(transports)("over %s", (transport) => {
  it("a router answers who spoke to it", async () => {
    const { router, dealer, peer } = await conversation(endpointOf(transport));
    // A view into a larger buffer, and one that is long enough to be sent without a copy.
    const frames = [bytes("__answer").subarray(2), new Uint8Array(1 << 20).fill(7)];
    expect(await router.send(peer, frames)).toBe("sent");
    const received = await next(dealer[Symbol.asyncIterator]());
    expect(texts([received[0]!])).toEqual(["answer"]);
    expect(Buffer.compare(received[1]!, frames[1]!)).toBe(0);
  });

  it("a peer that has gone is unreachable, and so is one that never was", async () => {
    let disconnects = 0;
    const router = closing(await bindRouter(endpointOf(transport)));
    router.onDisconnect(() => (disconnects += 1));
    const dealer = connectDealer(router.endpoint);
    await dealer.send([bytes("hello")]);
    const { peer } = await next(router[Symbol.asyncIterator]());
    await dealer.close();
    await until("the router notices", () => disconnects === 1);
    let result = await router.send(peer, [bytes("x")]);
    // The event may come before the pipe is gone.
    while (result === "sent") result = await router.send(peer, [bytes("x")]);
    expect(result).toBe("unreachable");
    expect(await router.send(Buffer.from("nobody"), [bytes("x")])).toBe("unreachable");
  });

  it("a client greets again when its server comes back at the same address", async () => {
    const endpoint = endpointOf(transport);
    const first = await bindRouter(endpoint);
    let connects = 0;
    const dealer = closing(
      connectDealer(first.endpoint, {
        onConnect() {
          connects += 1;
          dealer.offer([bytes(`hello ${connects}`)]);
        },
      }),
    );
    const hello = await next(first[Symbol.asyncIterator]());
    expect(texts(hello.frames)).toEqual(["hello 1"]);
    await first.close();
    await until("the client notices", () => !dealer.connected);
    const second = closing(await bindRouter(first.endpoint));
    const again = await next(second[Symbol.asyncIterator]());
    expect(texts(again.frames)).toEqual(["hello 2"]);
    expect(dealer.connected).toBe(true);
  });

  it("what was pushed before there was a server arrives when it is there, in order", async () => {
    const probe = await bindPull(endpointOf(transport));
    const { endpoint } = probe;
    await probe.close();
    const push = closing(connectPush(endpoint));
    const sent = Promise.all(["a", "b", "c"].map((text) => push.send([bytes(text)])));
    const pull = closing(await bindPull(endpoint));
    const incoming = pull[Symbol.asyncIterator]();
    const received = [await next(incoming), await next(incoming), await next(incoming)];
    expect(received.map((frames) => texts(frames)[0])).toEqual(["a", "b", "c"]);
    expect(await sent).toEqual([true, true, true]);
  });

  it("a push waits while nobody takes anything", async () => {
    const probe = await bindPull(endpointOf(transport));
    const { endpoint } = probe;
    await probe.close();
    const push = connectPush(endpoint);
    const results = Array.from({ length: 5 }, () => push.send([bytes("x")]));
    await until("the pipe is full", () => push.depth === 4);
    await push.close();
    // One was in the pipe; the others never left, and are told so.
    expect(await Promise.all(results)).toEqual([true, false, false, false, false]);
  });

  it("what was sent before a close that waits still arrives", async () => {
    const pull = closing(await bindPull(endpointOf(transport)));
    const push = connectPush(pull.endpoint);
    const payload = new Uint8Array(4 << 20);
    const sent = Array.from({ length: 6 }, () => push.send([payload]));
    const closed = push.close(10_000);
    const incoming = pull[Symbol.asyncIterator]();
    for (let index = 0; index < 6; index += 1) {
      expect((await next(incoming))[0]?.length).toBe(payload.length);
    }
    await closed;
    expect(await Promise.all(sent)).toEqual(Array.from({ length: 6 }, () => true));
  });

  it("closing ends an iteration that waits, and frees the address", async () => {
    const router = await bindRouter(endpointOf(transport));
    const pending = router[Symbol.asyncIterator]().next();
    await router.close();
    expect((await pending).done).toBe(true);
    await router.close();
    closing(await bindRouter(router.endpoint));
  });

  it("dialling anew gives the client a new connection", async () => {
    const { router, dealer, incoming, peer } = await conversation(endpointOf(transport));
    dealer.redial();
    await dealer.send([bytes("again")]);
    const message = await next(incoming);
    expect(texts(message.frames)).toEqual(["again"]);
    expect(message.peer.equals(peer)).toBe(false);
    await until("the old connection is gone", () => dealer.connected);
    expect(await router.send(message.peer, [bytes("x")])).toBe("sent");
  });

  it("says goodbye to a server that has gone without waiting for it", async () => {
    const { router, dealer, peer } = await conversation(endpointOf(transport));
    await router.close();
    await until("the client notices", () => !dealer.connected);
    dealer.offer([bytes("bye"), peer]);
    // Far longer than this test may take.
    await dealer.close(60_000, true);
  });
});

describe("a router", () => {
  it("is not held up by a peer that takes nothing, and gives that one up", async () => {
    const router = closing(await bindRouter("tcp://127.0.0.1:0"));
    const [stalled, lively] = [0, 1].map(() => closing(connectDealer(router.endpoint)));
    const incoming = router[Symbol.asyncIterator]();
    await stalled!.send([bytes("hello")]);
    const stalledPeer = (await next(incoming)).peer;
    await lively!.send([bytes("hello")]);
    const livelyPeer = (await next(incoming)).peer;

    const payload = new Uint8Array(1 << 20);
    const flood = Array.from({ length: 700 }, () => router.send(stalledPeer, [payload]));
    expect(await router.send(livelyPeer, [bytes("hi")])).toBe("sent");
    expect(texts(await next(lively![Symbol.asyncIterator]()))).toEqual(["hi"]);
    const results = await Promise.all(flood);
    const sent = results.indexOf("unreachable");
    expect(sent).toBeGreaterThan(100);
    // Order is kept: after the first that did not leave, none did.
    expect(new Set(results.slice(sent))).toEqual(new Set(["unreachable"]));
  });

  it("binds to host names, as endpoints are configured", async () => {
    const router = closing(await bindRouter("tcp://localhost:0"));
    expect(router.endpoint).toMatch(/^tcp:\/\/(127\.0\.0\.1|\[::1\]):[1-9]\d*$/);
  });

  it("names an address that another process has", async () => {
    const router = closing(await bindRouter("tcp://127.0.0.1:0"));
    const second = bindRouter(router.endpoint);
    await expect(second).rejects.toThrow(router.endpoint);
    await expect(second).rejects.toBeInstanceOf(LogmillError);
    await expect(bindRouter("no address")).rejects.toThrow("no address");
  });

  it("receives nothing from strangers and goes on serving", async () => {
    const { router, dealer, incoming } = await conversation("tcp://127.0.0.1:0");
    const port = Number(router.endpoint.split(":").at(-1));
    for (const noise of ["GET / HTTP/1.1\r\n\r\n", "\u0000".repeat(100), "\xff" + "x".repeat(99)]) {
      const socket = connectTcp(port, "127.0.0.1");
      atEnd(() => void socket.destroy());
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.on("error", () => undefined);
      socket.end(Buffer.from(noise, "latin1"));
      socket.resume();
      await closed;
    }
    await dealer.send([bytes("still here")]);
    expect(texts((await next(incoming)).frames)).toEqual(["still here"]);
  });
});

describe("a stranger who connects and says nothing", () => {
  it("is dropped", async () => {
    const router = closing(await bindRouter("tcp://127.0.0.1:0"));
    const socket = connectTcp(Number(router.endpoint.split(":").at(-1)), "127.0.0.1");
    atEnd(() => void socket.destroy());
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
  });
});

describe("a message that is too large", () => {
  it("ends the connection of who sends it all the same, and no other", async () => {
    const pull = closing(await bindPull("tcp://127.0.0.1:0"));
    const rude = new RawPush({ linger: 0 });
    atEnd(() => rude.close());
    rude.connect(pull.endpoint);
    await rude.send(new Uint8Array(limits.messageBytesMax + 1));
    const push = closing(connectPush(pull.endpoint));
    await push.send([bytes("small")]);
    expect(texts(await next(pull[Symbol.asyncIterator]()))).toEqual(["small"]);
  });

  it("is refused before it is sent, since its receiver would hang up without a word", async () => {
    const pull = closing(await bindPull("tcp://127.0.0.1:0"));
    const push = closing(connectPush(pull.endpoint));
    const large = new Uint8Array(limits.messageBytesMax + 1);
    await expect(push.send([large])).rejects.toThrow("bytes");
    await push.send([bytes("small")]);
    expect(texts(await next(pull[Symbol.asyncIterator]()))).toEqual(["small"]);
  });
});

describe("the table of socket options", () => {
  it("is what sockets have", () => {
    const server = new RawRouter(serverOptions);
    const client = new RawDealer(clientOptions("ipc://socket"));
    atEnd(() => {
      server.close();
      client.close();
    });
    for (const socket of [server, client]) {
      expect(socket).toMatchObject({
        linger: 0,
        tcpKeepalive: 1,
        tcpKeepaliveIdle: 5,
        tcpKeepaliveInterval: 2,
        tcpKeepaliveCount: 3,
        maxMessageSize: limits.messageBytesMax,
        handshakeInterval: 2000,
        heartbeatInterval: 0,
      });
    }
    expect(server.backlog).toBe(256);
    expect(client.immediate).toBe(false);
    expect(client.reconnectInterval).toBe(5);
    expect(clientOptions("tcp://127.0.0.1:5555").reconnectInterval).toBe(50);
  });
});
