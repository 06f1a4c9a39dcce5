import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { closeInOrder, listenForStop } from "../../../../src/shared/runtime/lifecycle.ts";
import { createLogger } from "../../../../src/shared/runtime/logger.ts";

describe("listenForStop", () => {
  it("aborts on the first signal, with its name as the reason", () => {
    const emitter = new EventEmitter();
    const seconds: string[] = [];
    const { signal } = listenForStop(emitter, (name) => seconds.push(name));
    expect(signal.aborted).toBe(false);
    emitter.emit("SIGTERM", "SIGTERM");
    expect(signal.reason).toBe("SIGTERM");
    expect(seconds).toEqual([]);
  });

  it("tells of every further signal and keeps the first reason", () => {
    const emitter = new EventEmitter();
    const seconds: string[] = [];
    const { signal } = listenForStop(emitter, (name) => seconds.push(name));
    emitter.emit("SIGINT", "SIGINT");
    emitter.emit("SIGTERM", "SIGTERM");
    emitter.emit("SIGINT", "SIGINT");
    expect(signal.reason).toBe("SIGINT");
    expect(seconds).toEqual(["SIGTERM", "SIGINT"]);
  });

  it("leaves no listener behind when disposed of", () => {
    const emitter = new EventEmitter();
    listenForStop(emitter, () => undefined).dispose();
    expect(emitter.listenerCount("SIGINT") + emitter.listenerCount("SIGTERM")).toBe(0);
  });
});

describe("closeInOrder", () => {
  function script() {
    const log: string[] = [];
    const logger = createLogger({
      role: "test",
      environment: { LOGMILL_LOG_FORMAT: "json" },
      write: (record) => log.push((JSON.parse(record) as { step: string }).step),
    });
    return { log, logger };
  }

  it("closes one after the other", async () => {
    const { logger } = script();
    const order: string[] = [];
    const step = (name: string) => ({
      name,
      close: async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      },
    });
    expect(await closeInOrder([step("a"), step("b")], 1000, logger)).toBe(true);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("goes on after a step that throws or hangs, and says which", async () => {
    const { log, logger } = script();
    const closed: string[] = [];
    const steps = [
      { name: "throws", close: () => Promise.reject(new Error("no")) },
      {
        name: "throws at once",
        close: () => {
          throw new Error("no");
        },
      },
      { name: "hangs", close: () => new Promise<void>(() => undefined) },
      { name: "good", close: () => void closed.push("good") },
    ];
    expect(await closeInOrder(steps, 5, logger)).toBe(false);
    expect(log).toEqual(["throws", "throws at once", "hangs"]);
    expect(closed).toEqual(["good"]);
  });
});
