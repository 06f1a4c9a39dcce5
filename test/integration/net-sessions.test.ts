// Conversations over real sockets, in a language of one word a message: who greets, what is dropped,
// and what is said of peers that are gone.

import { expect, it } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { connectDealer } from "../../src/shared/net/client-socket.ts";
import { PeerSession, type PeerSessionOptions } from "../../src/shared/net/peer-session.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import { RouterSession } from "../../src/shared/net/router-session.ts";
import { thisHostOnly } from "../../src/shared/net/security.ts";
import { atEnd, closing, ipcEndpoint, until } from "../support/net-fixture.ts";
import { keepingLogger } from "../support/silent-logger.ts";

const words = {
  encode: (word: string) => [new TextEncoder().encode(word)],
  decode: (frames: readonly Uint8Array[]): string => {
    const word = Buffer.concat(frames).toString();
    if (!/^[a-z]+$/.test(word)) throw new LogmillError("bad_message", `"${word}" is no word`);
    return word;
  },
};

/** A server that writes down what happens, and answers `hello` with `welcome`. */
async function server(endpoint: string) {
  const events: string[] = [];
  const peers: string[] = [];
  const logger = keepingLogger();
  const router = await bindRouter(endpoint);
  const session: RouterSession<string, string> = new RouterSession(router, {
    name: "tests",
    codec: words,
    logger,
    onMessage: (peer, word) => {
      // How many beats and greetings there are depends on how long things take.
      if (word === "beat") return;
      events.push(word);
      if (!peers.includes(peer)) peers.push(peer);
      if (word === "hello") void session.send(peer, "welcome");
    },
    onDropped: (_, { code }) => events.push(code),
    onUnreachable: () => events.push("unreachable"),
  });
  void session.listen();
  atEnd(() => session.close());
  return { session, events, peers, logger };
}

function client(endpoint: string, options: Partial<PeerSessionOptions<string, string>> = {}) {
  const heard: string[] = [];
  const session: PeerSession<string, string> = new PeerSession<string, string>({
    endpoint,
    security: thisHostOnly.client("ventilator"),
    codec: words,
    hello: () => "hello",
    beat: () => "beat",
    onMessage: (word) => {
      heard.push(word);
      if (word === "welcome") session.answered();
      if (word === "who") session.asked();
    },
    onDropped: ({ code }) => heard.push(code),
    ...options,
  });
  atEnd(() => session.close(0));
  return { session, heard };
}

it("a peer greets by itself, is welcomed, and both are heard", async () => {
  const endpoint = ipcEndpoint("tests");
  const { session, events, peers } = await server(endpoint);
  const { session: peer, heard } = client(endpoint);
  await until("it is welcomed", () => peer.isGreeted);
  peer.offer("news");
  await until("the news are heard", () => events.includes("news"));
  await session.send(peers[0]!, "answer");
  await until("the answer is heard", () => heard.includes("answer"));
  expect(new Set(events)).toEqual(new Set(["hello", "news"]));
});

it("a peer greets anew a server that does not know it, and one that came back", async () => {
  const endpoint = ipcEndpoint("tests");
  const first = await server(endpoint);
  const { session: peer } = client(endpoint);
  await until("it is welcomed", () => peer.isGreeted);
  await first.session.send(first.peers[0]!, "who");
  await until("it greets again", () => first.events.length >= 2);
  await first.session.close();
  await until("it is alone", () => !peer.isGreeted);
  const second = await server(endpoint);
  await until("it is welcomed again", () => peer.isGreeted);
  expect(second.events).toContain("hello");
});

it("a peer that has nothing to be known by does not greet", async () => {
  const endpoint = ipcEndpoint("tests");
  const { events } = await server(endpoint);
  const { session: peer } = client(endpoint, { hello: () => null });
  await peer.send("news");
  await until("the news are heard", () => events.length > 0);
  expect(events).toEqual(["news"]);
});

it("what is no message is dropped on both sides, with one warning, and the next is taken", async () => {
  const endpoint = ipcEndpoint("tests");
  const { session, events, peers, logger } = await server(endpoint);
  const stranger = closing(connectDealer(endpoint));
  for (const noise of ["?!", "1", "word"]) await stranger.send(words.encode(noise));
  await until("the word is heard", () => events.includes("word"));
  expect(events).toEqual(["bad_message", "bad_message", "word"]);
  expect(logger.records.map(({ message }) => message)).toEqual(["dropped a message on tests"]);

  const { session: peer, heard } = client(endpoint);
  await until("it is welcomed", () => peer.isGreeted);
  await session.send(peers.at(-1)!, "?!");
  await session.send(peers.at(-1)!, "answer");
  await until("the answer is heard", () => heard.includes("answer"));
  expect(heard.filter((word) => word !== "welcome")).toEqual(["bad_message", "answer"]);
});

it("a peer whose owner can not go on without a message ends with it", async () => {
  const endpoint = ipcEndpoint("tests");
  const { session, peers } = await server(endpoint);
  const { session: peer } = client(endpoint, {
    onDropped: (error) => {
      throw error;
    },
  });
  await until("it is welcomed", () => peers.length === 1);
  const ended = expect(peer.ended).rejects.toThrow("is no word");
  await session.send(peers[0]!, "?!");
  await ended;
});

it("a peer that has gone is reported unreachable, and nobody after the server has closed", async () => {
  const endpoint = ipcEndpoint("tests");
  const { session, events, peers } = await server(endpoint);
  const { session: peer } = client(endpoint);
  await until("it is known", () => peers.length === 1);
  await peer.close(0);
  await until("it is missed", async () => {
    await session.send(peers[0]!, "answer");
    return events.includes("unreachable");
  });
  await session.close();
  const before = events.length;
  await session.send(peers[0]!, "answer");
  expect(events).toHaveLength(before);
});
