// What a ventilator says while no sink is there, on a clock that is turned by hand.

import { expect, it } from "vitest";
import type { Router } from "../../../../src/shared/net/router.ts";
import { encodeAck } from "../../../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../../../src/shared/protocol/messages.ts";
import { Registry } from "../../../../src/shared/runtime/metrics.ts";
import { createVentilatorMetrics } from "../../../../src/ventilator/metrics.ts";
import { SinkLink } from "../../../../src/ventilator/sink-link/core/sink-link.ts";
import { SinkSession } from "../../../../src/ventilator/sink-link/sink-session.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

const plan = "1".repeat(32);
const hello = encodeAck({
  type: "sink_hello",
  version: protocolVersion,
  store: "5".repeat(32),
  incarnation: 1n,
  plan,
});

/** A router on which the sink says hello, and nothing else ever comes. */
const routerWithSink: Router = {
  endpoint: "tcp://10.0.0.1:5557",
  send: () => Promise.resolve("sent"),
  onDisconnect: () => undefined,
  close: () => Promise.resolve(),
  async *[Symbol.asyncIterator]() {
    yield await Promise.resolve({
      peer: Buffer.from("sink"),
      frames: hello.map((frame) => Buffer.from(frame)),
    });
    return undefined;
  },
};

it("a ventilator without a sink says where it waits for one, and when one is there", async () => {
  const logger = keepingLogger();
  let nowMs = 0;
  const link = new SinkLink(
    { id: 1n, tagKey: new Uint8Array(32) },
    {
      ventilator: "tcp://10.0.0.1:5557",
      plan,
      lostAfterMs: 3_000,
      beatEveryMs: 1_000,
      retryMs: 10_000,
      firstRequest: 1,
    },
  );
  const bounds = { batchesMax: 1, bytesMax: 1 };
  const session = new SinkSession(routerWithSink, link, {
    nowMs: () => nowMs,
    logger,
    metrics: createVentilatorMetrics(new Registry(), bounds, [], () => expect.fail("not asked")),
    onAction: () => undefined,
  });
  const tickUntil = (untilMs: number): void => {
    for (; nowMs < untilMs; nowMs += 100) session.on({ type: "tick" });
  };
  tickUntil(30_000);
  await session.listen();
  tickUntil(31_000);
  expect(logger.records.map(({ message }) => message)).toEqual([
    "no sink has connected to tcp://10.0.0.1:5557; still waiting",
    "no longer waiting for a sink at tcp://10.0.0.1:5557",
  ]);
  tickUntil(60_000);
  expect(logger.records.slice(2).map(({ message }) => message)).toEqual([
    "no sink has connected to tcp://10.0.0.1:5557; still waiting",
  ]);
});
