// Who gets in on an encrypted socket and who does not: with real sockets, real keys, and all the ways
// in which libzmq was seen to let everybody in.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as zmq from "zeromq";
import { connectDealer, connectPush } from "../../src/shared/net/client-socket.ts";
import { allowListPath, readPublicKey } from "../../src/shared/net/curve/key-folder.ts";
import { KeyPair } from "../../src/shared/net/curve/key-pair.ts";
import { bindPull } from "../../src/shared/net/pull.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import type { Router } from "../../src/shared/net/router.ts";
import { thisHostOnly } from "../../src/shared/net/security.ts";
import { ClusterKeys } from "../support/cluster-keys.ts";
import { recordEvidence } from "../support/evidence.ts";
import { atEnd, closeAndWait, closing, ipcEndpoint, next, until } from "../support/net-fixture.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const loopback = "tcp://127.0.0.1:0";

function raw<S extends zmq.Socket>(socket: S): S {
  atEnd(() => closeAndWait(socket));
  return socket;
}

const curve = (pair: KeyPair): zmq.SocketOptions<zmq.Dealer> => ({
  curvePublicKey: pair.publicKey,
  curveSecretKey: pair.reveal(),
});

describe("libzmq by itself, with a key that nobody knows", () => {
  // The reasons for our rules: these are not our sockets. Should a row change with a new version of
  // zeromq, src/shared/net/curve/zap.ts and server-socket.ts want to be read again.
  it.each([
    { handler: false, domain: null, enforced: false, result: "accepted" },
    { handler: false, domain: null, enforced: true, result: "accepted" },
    { handler: false, domain: "x", enforced: false, result: "accepted" },
    { handler: false, domain: "x", enforced: true, result: "rejected" },
    { handler: true, domain: null, enforced: false, result: "rejected" },
    { handler: true, domain: null, enforced: true, result: "accepted" },
    { handler: true, domain: "x", enforced: false, result: "rejected" },
    { handler: true, domain: "x", enforced: true, result: "rejected" },
  ])("handler $handler, domain $domain, enforced $enforced: $result", async (row) => {
    if (row.handler) {
      const denier = raw(new zmq.Router({ linger: 0 }));
      await denier.bind("inproc://zeromq.zap.01");
      void (async () => {
        for await (const [path, , version, id] of denier) {
          await denier.send([path!, "", version!, id!, "400", "", "", ""]);
        }
      })();
    }
    const [own, stranger] = [zmq.curveKeyPair(), zmq.curveKeyPair()];
    const server = raw(
      new zmq.Router({
        linger: 0,
        curveServer: true,
        curveSecretKey: own.secretKey,
        ...(row.domain === null ? {} : { zapDomain: row.domain }),
        zapEnforceDomain: row.enforced,
      }),
    );
    await server.bind(loopback);
    const client = raw(
      new zmq.Dealer({
        linger: 0,
        curveServerKey: own.publicKey,
        curvePublicKey: stranger.publicKey,
        curveSecretKey: stranger.secretKey,
      }),
    );
    const outcome = new Promise<string>((resolve) => {
      client.events.on("handshake", () => resolve("accepted"));
      client.events.on("handshake:error:auth", () => resolve("rejected"));
      client.events.on("handshake:error:other", () => resolve("rejected"));
      client.events.on("handshake:error:protocol", () => resolve("rejected"));
    });
    client.connect(server.lastEndpoint!);
    expect(await outcome).toBe(row.result);
    recordEvidence({
      part: "security",
      fault: "the eight settings of ZAP in libzmq, with an unknown key",
      expected: "those that admit everybody are known, and none of them is ours",
      observed: "four of eight admit everybody; ours is handler, domain and enforcement together",
      runs: 1,
    });
  });
});

/** A ventilator's tasks socket with keys, and a worker that is at home there. */
async function cluster() {
  const keys = new ClusterKeys();
  const ventilator = keys.role("ventilator");
  const router = closing(await bindRouter(loopback, ventilator.server("tasks")));
  const received: string[] = [];
  void (async () => {
    for await (const { frames } of router) received.push(frames.map(String).join("|"));
  })();
  const worker = closing(
    connectDealer(router.endpoint, {}, keys.role("worker").client("ventilator")),
  );
  await worker.send([bytes("hello")]);
  await until("the worker is heard", () => received.includes("hello"));
  return { keys, ventilator, router, worker, received, tally: ventilator.tallies.get("tasks")! };
}

describe("a stranger at an encrypted socket", () => {
  const strangers: readonly (readonly [
    string,
    "key" | "protocol",
    (serverKey: string) => zmq.SocketOptions<zmq.Dealer>,
  ])[] = [
    [
      "with a key that is on no list",
      "key",
      (serverKey) => ({ curveServerKey: serverKey, ...curve(KeyPair.generate()) }),
    ],
    ["without any encryption", "protocol", () => ({})],
    [
      "who takes us for another server",
      "protocol",
      () => ({ curveServerKey: KeyPair.generate().publicKey, ...curve(KeyPair.generate()) }),
    ],
    ["with a name and a password", "protocol", () => ({ plainUsername: "a", plainPassword: "b" })],
  ];

  it.each(strangers)("%s is rejected and counted", async (fault, reason, options) => {
    const { keys, router, worker, received, tally } = await cluster();
    const serverKey = readPublicKey(keys.folder, "ventilator");
    const stranger = raw(new zmq.Dealer({ linger: 0, ...options(serverKey) }));
    stranger.connect(router.endpoint);
    await stranger.send("evil");
    await until("it is rejected", () => tally.rejected[reason] > 0);
    await worker.send([bytes("honest")]);
    await until("the worker is heard", () => received.includes("honest"));
    expect(received).toEqual(["hello", "honest"]);
    await until("its handshake is counted", () => tally.admitted > 0);
    expect(tally.admitted).toBe(1);
    recordEvidence({
      part: "security",
      fault: `a peer ${fault}`,
      expected: "rejected and counted; no message of it is delivered; honest peers go on",
      observed: `rejected under "${reason}", 0 messages delivered, the honest message delivered`,
      runs: 1,
    });
  });

  it("that holds a worker's key is rejected where only sinks may speak", async () => {
    const { keys, ventilator } = await cluster();
    const acks = closing(await bindRouter(loopback, ventilator.server("acks")));
    const worker = closing(
      connectDealer(acks.endpoint, {}, keys.role("worker").client("ventilator")),
    );
    worker.offer([bytes("a forged acknowledgement")]);
    const tally = ventilator.tallies.get("acks")!;
    await until("it is rejected", () => tally.rejected.key > 0);
    const sink = closing(connectDealer(acks.endpoint, {}, keys.role("sink").client("ventilator")));
    await sink.send([bytes("hello")]);
    const { frames } = await next(acks[Symbol.asyncIterator]());
    expect(frames.map(String)).toEqual(["hello"]);
    await until("its handshake is counted", () => tally.admitted > 0);
    expect(tally.admitted).toBe(1);
    expect(keys.log).toContain("turned away an unknown key");
    recordEvidence({
      part: "security",
      fault: "a worker's key on the port of acknowledgements",
      expected: "rejected and counted; the sink's key is admitted there",
      observed: 'rejected under "key", 0 messages delivered, the sink\'s message delivered',
      runs: 1,
    });
  });

  it("that is on the list of tasks alone is rejected where results are taken", async () => {
    const keys = new ClusterKeys();
    const folder = keys.addWorker("reader");
    keys.revoke("reader", "results");
    const sink = keys.role("sink");
    const results = closing(await bindPull(loopback, sink.server("results")));
    const reader = closing(
      connectPush(results.endpoint, {}, keys.role("worker", folder).client("sink")),
    );
    reader.offer([bytes("a forged partial")]);
    const tally = sink.tallies.get("results")!;
    await until("it is rejected", () => tally.rejected.key > 0);
    const worker = closing(connectPush(results.endpoint, {}, keys.role("worker").client("sink")));
    await worker.send([bytes("a partial")]);
    const frames = await next(results[Symbol.asyncIterator]());
    expect(frames.map(String)).toEqual(["a partial"]);
    recordEvidence({
      part: "security",
      fault: "a key of the list of tasks on the port of results",
      expected: "rejected and counted; a key that is on the list of results is admitted there",
      observed: 'rejected under "key", 0 messages delivered, the other worker\'s delivered',
      runs: 1,
    });
  });

  it("of any number leaves one line in the log", async () => {
    const { keys, router, tally } = await cluster();
    const options = { linger: 0, curveServerKey: readPublicKey(keys.folder, "ventilator") };
    for (let index = 0; index < 50; index += 1) {
      raw(new zmq.Dealer({ ...options, ...curve(KeyPair.generate()) })).connect(router.endpoint);
    }
    await until("all are rejected", () => tally.rejected.key === 50);
    expect(keys.log.match(/turned away/g)).toHaveLength(1);
    expect(tally.accepted).toBe(51);
  });
});

describe("a client", () => {
  it("whose key is added later gets in, without a restart of anybody", async () => {
    const { keys, ventilator, router, received, tally } = await cluster();
    keys.revoke("worker", "tasks");
    const away = keys.addWorker("away");
    keys.revoke("away", "tasks");
    ventilator.reload();
    const security = keys.role("worker", away);
    const late = closing(connectDealer(router.endpoint, {}, security.client("ventilator")));
    late.offer([bytes("let me in")]);
    await until("it is rejected", () => tally.rejected.key > 0);
    expect(received).not.toContain("let me in");
    keys.allow(`${security.client("ventilator").curve!.pair.publicKey}  away`, "tasks");
    ventilator.reload();
    await until("it is in", () => late.connected);
    await late.send([bytes("thank you")]);
    await until("it is heard", () => received.includes("thank you"));
    recordEvidence({
      part: "security",
      fault: "a key that is put on the allow-list after its peer was rejected (SIGHUP)",
      expected: "the peer gets in by itself, nobody is restarted",
      observed: "rejected, then admitted by its own redial",
      runs: 1,
    });
  });

  it("whose key is revoked loses its connection and stays out, and the others are back", async () => {
    const { keys, ventilator, router, worker, received, tally } = await cluster();
    const folder = keys.addWorker("thief");
    ventilator.reload();
    const client = keys.role("worker", folder).client("ventilator");
    const thief = closing(connectDealer(router.endpoint, {}, client));
    await thief.send([bytes("still mine")]);
    await until("it is heard", () => received.includes("still mine"));
    keys.revoke("thief", "tasks", "results");
    ventilator.reload();
    await until("it is rejected", () => tally.rejected.key > 0);
    expect(thief.connected).toBe(false);
    await until("the other is back", () => worker.connected);
    await worker.send([bytes("back")]);
    await until("it is heard", () => received.includes("back"));
    recordEvidence({
      part: "security",
      fault: "a key that is taken off the allow-list while its peer is connected (SIGHUP)",
      expected: "its connection is cut and it stays out; the others are back by themselves",
      observed: "cut and rejected; the other peer reconnected and was heard",
      runs: 1,
    });
  });

  it("that knows the wrong server key does not hammer the server, as libzmq would", async () => {
    const { keys, ventilator, router, tally } = await cluster();
    const acks = closing(await bindRouter(loopback, ventilator.server("acks")));
    const folder = keys.addWorker("mistaken");
    const wrong = KeyPair.generate().publicKey;
    writeFileSync(join(folder, "ventilator.pub"), `${wrong}\n`);
    const client = keys.role("worker", folder).client("ventilator");
    const ours = closing(connectDealer(router.endpoint, {}, client));
    const theirs = raw(
      new zmq.Dealer({
        linger: 0,
        reconnectInterval: 50,
        curveServerKey: wrong,
        ...curve(KeyPair.generate()),
      }),
    );
    theirs.connect(acks.endpoint);
    const attempts = ventilator.tallies.get("acks")!.rejected;
    await until("libzmq by itself has tried forty times", () => attempts.protocol >= 40);
    expect(tally.rejected.protocol).toBeGreaterThan(0);
    expect(tally.rejected.protocol).toBeLessThan(10);
    expect(ours.connected).toBe(false);
    expect(keys.log).toContain("the ventilator hangs up");
  });
});

describe("an allow-list", () => {
  it("that is missing or no list admits nobody, and says so", async () => {
    const { keys, ventilator, worker, tally } = await cluster();
    rmSync(allowListPath(keys.folder, "tasks"));
    ventilator.reload();
    await until("the worker is rejected", () => tally.rejected.key > 0);
    expect(worker.connected).toBe(false);
    expect(keys.log).toContain("can not be read (ENOENT)");
    writeFileSync(allowListPath(keys.folder, "tasks"), "all\n*\n127.0.0.1\n");
    ventilator.reload();
    const before = tally.rejected.key;
    await until("the worker is rejected again", () => tally.rejected.key > before);
    expect(keys.log).toContain("on line 1, 2, 3");
  });
});

describe("the handler", () => {
  it("denies what it does not understand, and goes on", async () => {
    const { keys, router, worker, received } = await cluster();
    const asker = raw(new zmq.Dealer({ linger: 0 }));
    asker.connect("inproc://zeromq.zap.01");
    const key = Buffer.alloc(32, 7);
    const ask = async (...frames: (string | Buffer)[]): Promise<string> => {
      await asker.send(["", "1.0", "id", ...frames]);
      return String((await asker.receive())[3]);
    };
    const good = ["tasks.1", "127.0.0.1", "", "CURVE"] as const;
    expect(await ask(...good, key)).toBe("400");
    expect(await ask(...good, key.subarray(1))).toBe("400");
    expect(await ask(...good, key, key)).toBe("400");
    expect(await ask(...good)).toBe("400");
    expect(await ask("tasks.1", "127.0.0.1", "", "NULL")).toBe("400");
    expect(await ask("tasks.1", "127.0.0.1", "", "PLAIN", "user", "password")).toBe("400");
    expect(await ask("no such domain", "127.0.0.1", "", "CURVE", key)).toBe("400");
    expect(await ask()).toBe("400");
    await asker.send(["", "9.9", "id", ...good, key]);
    expect(String((await asker.receive())[3])).toBe("400");
    await asker.send("");
    expect((await asker.receive()).length).toBeGreaterThan(0);
    const late = closing(
      connectDealer(router.endpoint, {}, keys.role("worker").client("ventilator")),
    );
    await late.send([bytes("and lives")]);
    await until("it still admits", () => received.includes("and lives"));
    expect(worker.connected).toBe(true);
  });
});

describe("an address", () => {
  const bind = (endpoint: string, isInsecure = false): Promise<Router> =>
    bindRouter(endpoint, { ...thisHostOnly.server("tasks"), isInsecure });

  it.each(["tcp://0.0.0.0:0", "tcp://*:0"])(
    "%s is refused without keys, with the way to fix it",
    async (endpoint) => {
      await expect(bind(endpoint)).rejects.toThrow(/logmill keygen DIR.*--keys DIR.*--insecure/);
      await expect(bind(endpoint)).rejects.toMatchObject({ code: "insecure_address" });
      closing(await bind(endpoint, true));
      const keys = new ClusterKeys();
      closing(await bindRouter(endpoint, keys.role("ventilator").server("tasks")));
    },
  );

  it("on another host is not connected to without keys", () => {
    const address = "tcp://192.0.2.1:5555";
    const client = thisHostOnly.client("ventilator");
    expect(() => connectDealer(address, {}, client)).toThrow(/--keys DIR.*--insecure/);
    expect(() => connectPush("tcp://sink.example:5556", {}, client)).toThrow("another host");
    closing(connectDealer(address, {}, { ...client, isInsecure: true }));
    const keys = new ClusterKeys();
    closing(connectDealer(address, {}, keys.role("worker").client("ventilator")));
  });

  it("of a socket file or of loopback needs no keys, and the file none where there are", async () => {
    closing(await bind("tcp://localhost:0"));
    const keys = new ClusterKeys();
    const endpoint = ipcEndpoint("results");
    const pull = closing(await bindPull(endpoint, keys.role("sink").server("results")));
    const push = closing(connectPush(endpoint, {}, thisHostOnly.client("sink")));
    await push.send([bytes("x")]);
    expect((await next(pull[Symbol.asyncIterator]())).map(String)).toEqual(["x"]);
  });
});
