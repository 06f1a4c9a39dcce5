import { describe, expect, it } from "vitest";
import { Credit } from "../../../../../src/ventilator/delivery/core/credit.ts";
import type { CreditAction } from "../../../../../src/ventilator/delivery/core/credit-events.ts";

function said(actions: readonly CreditAction[]): string[] {
  return actions.map((action) =>
    "peer" in action
      ? `${action.type} ${action.peer}`
      : `${action.type} ${action.worker}${action.type === "lost" ? ` ${action.reason}` : ""}`,
  );
}

function hello(credit: Credit, worker: string, nowMs = 0, grants = 2): void {
  credit.on({ type: "hello", worker, peer: `@${worker}`, credit: grants }, nowMs);
}

function creditOf(...workers: string[]): Credit {
  const credit = new Credit({ lostAfterMs: 3000, beatEveryMs: 1000 });
  for (const worker of workers) hello(credit, worker);
  return credit;
}

/** Gives the next batches to whom they belong. */
function dispatch(credit: Credit, ...batches: number[]): (string | null)[] {
  return batches.map((batch) => {
    const worker = credit.pick(null);
    if (worker !== null) credit.on({ type: "sent", worker, batch }, 0);
    return worker;
  });
}

describe("dispatch", () => {
  it("gives everybody one before anybody gets a second, and nobody more than granted", () => {
    const credit = creditOf("a", "b");
    expect(dispatch(credit, 1, 2, 3, 4, 5)).toEqual(["a", "b", "a", "b", null]);
    expect(credit.free).toBe(0);
  });

  it("prefers the idle, then whoever has waited longest", () => {
    const credit = creditOf("a", "b", "c");
    dispatch(credit, 1, 2, 3);
    for (const [peer, batch] of [["@b", 2] as const, ["@a", 1] as const]) {
      credit.on({ type: "returned", peer, batch }, 1);
    }
    expect(dispatch(credit, 4, 5, 6, 7, 8, 9)).toEqual(["a", "b", "c", "a", "b", null]);
  });

  it("avoids the worker that a batch was taken from, unless there is no other", () => {
    const credit = creditOf("a", "b");
    dispatch(credit, 1, 2);
    credit.on({ type: "returned", peer: "@b", batch: 2 }, 1);
    expect([credit.pick(null), credit.pick("b")]).toEqual(["b", "a"]);
    expect(creditOf("a", "b").pick("a")).toBe("b");
    expect(creditOf("a").pick("a")).toBe("a");
  });

  it("gives a batch to a worker of its pool, and to no other however idle it is", () => {
    const credit = creditOf("a");
    credit.on({ type: "hello", worker: "b", peer: "@b", credit: 1, pool: "v2" }, 0);
    expect([
      credit.pick(null),
      credit.pick(null, false, "v2"),
      credit.pick(null, false, "v3"),
    ]).toEqual(["a", "b", null]);
    credit.on({ type: "sent", worker: "b", batch: 1 }, 0);
    expect(credit.pick(null, false, "v2")).toBeNull();
    expect([credit.workersOf("default"), credit.workersOf("v2"), credit.workersOf("v3")]).toEqual([
      1, 1, 0,
    ]);
  });

  it("waits for a worker's tables, and gives batches to those that have them meanwhile", () => {
    const credit = new Credit({ lostAfterMs: 3000, beatEveryMs: 1000, hasTables: true });
    for (const worker of ["a", "b"]) hello(credit, worker);
    expect([credit.pick(null), credit.free]).toEqual([null, 0]);
    expect(credit.on({ type: "ready", peer: "@b" }, 1)).toEqual([]);
    expect(dispatch(credit, 1, 2, 3)).toEqual(["b", "b", null]);
    expect(credit.roster(1).map(({ isPreparing }) => isPreparing)).toEqual([true, false]);
    // A new session has the same plan, and so has a greeting that was repeated.
    credit.on({ type: "session" }, 2);
    hello(credit, "b", 3);
    expect(credit.pick(null)).toBe("b");
    expect(said(credit.on({ type: "ready", peer: "@stranger" }, 3))).toEqual(["ask @stranger"]);
  });

  it("clamps what a worker grants", () => {
    const credit = creditOf();
    hello(credit, "none", 0, 0);
    expect(credit.free).toBe(1);
    hello(credit, "greedy", 0, 1e9);
    expect(credit.free).toBe(17);
  });
});

describe("a worker", () => {
  it("joins with its hello, and is told the plan again when it says hello again", () => {
    const credit = creditOf();
    const event = { type: "hello", worker: "a", peer: "@a", credit: 2 } as const;
    expect(said(credit.on(event, 0))).toEqual(["greet @a", "joined a"]);
    dispatch(credit, 1);
    expect(said(credit.on(event, 1))).toEqual(["greet @a"]);
    expect(credit.free).toBe(1);
  });

  it("is asked who it is when it speaks before its hello", () => {
    const credit = creditOf();
    expect(said(credit.on({ type: "heard", peer: "@a" }, 0))).toEqual(["ask @a"]);
    const returned = { type: "returned", peer: "@a", batch: 1 } as const;
    expect(said(credit.on(returned, 0))).toEqual(["ask @a"]);
    expect(said(credit.on({ type: "bye", peer: "@a" }, 0))).toEqual(["drain @a"]);
  });

  it("is lost after three silent seconds, and any message is a sign of life", () => {
    const credit = creditOf("a", "b");
    credit.on({ type: "heard", peer: "@a" }, 2000);
    expect(said(credit.on({ type: "tick" }, 3001))).toEqual(["lost b silence", "beat @a"]);
    credit.on({ type: "returned", peer: "@a", batch: 9 }, 4900);
    expect(said(credit.on({ type: "tick" }, 7900))).toEqual(["beat @a"]);
    expect(said(credit.on({ type: "tick" }, 7901))).toEqual(["lost a silence"]);
    expect(credit.workers).toBe(0);
  });

  it("is lost when it cannot be reached, once", () => {
    const credit = creditOf("a");
    const event = { type: "unreachable", peer: "@a" } as const;
    expect(said(credit.on(event, 0))).toEqual(["lost a unreachable"]);
    expect(said(credit.on(event, 0))).toEqual([]);
    expect(credit.peerOf("a")).toBeNull();
  });

  it("that reconnects loses what was in its old connection, and starts with full credit", () => {
    const credit = creditOf("a");
    dispatch(credit, 1, 2);
    const event = { type: "hello", worker: "a", peer: "@new", credit: 2 } as const;
    expect(said(credit.on(event, 1))).toEqual(["lost a reconnect", "greet @new", "joined a"]);
    expect(credit.free).toBe(2);
    expect(credit.workerAt("@a")).toBeNull();
    expect(credit.workerAt("@new")).toBe("a");
    expect(said(credit.on({ type: "unreachable", peer: "@a" }, 2))).toEqual([]);
  });

  it("has all its credit again after a damaged message, which may have returned some", () => {
    const credit = creditOf("a");
    dispatch(credit, 1, 2);
    const actions = credit.on({ type: "garbled", peer: "@a" }, 1);
    expect(said(actions)).toEqual(["lost a garbled", "ask @a"]);
    hello(credit, "a", 2);
    expect(credit.free).toBe(2);
    expect(said(credit.on({ type: "garbled", peer: "@stranger" }, 3))).toEqual([]);
  });

  it("that says goodbye gets nothing more and leaves when it has reported the rest", () => {
    const credit = creditOf("a", "b");
    dispatch(credit, 1, 2);
    expect(said(credit.on({ type: "bye", peer: "@a" }, 1))).toEqual(["drain @a"]);
    expect(dispatch(credit, 3, 4)).toEqual(["b", null]);
    const returned = { type: "returned", peer: "@a", batch: 1 } as const;
    expect(said(credit.on(returned, 2))).toEqual(["lost a goodbye"]);
    expect(said(credit.on({ type: "heard", peer: "@a" }, 2))).toEqual([]);
    expect(said(credit.on({ type: "bye", peer: "@b" }, 3))).toEqual(["drain @b"]);
    expect(said(credit.on({ type: "unreachable", peer: "@b" }, 3))).toEqual(["lost b goodbye"]);
  });

  it("that says goodbye with nothing left is gone at once", () => {
    const credit = creditOf("a");
    expect(said(credit.on({ type: "bye", peer: "@a" }, 1))).toEqual(["drain @a", "lost a goodbye"]);
  });

  it("is sent a beat once a second", () => {
    const credit = creditOf("a");
    const beats = [0, 400, 999, 1000, 1500, 2000].map(
      (nowMs) => credit.on({ type: "tick" }, nowMs).length,
    );
    expect(beats).toEqual([1, 0, 0, 1, 0, 1]);
  });

  it("has its full credit in a new session, and is told the plan", () => {
    const credit = creditOf("a", "b");
    dispatch(credit, 1, 2, 3, 4);
    expect(said(credit.on({ type: "session" }, 1))).toEqual(["greet @a", "greet @b"]);
    expect(credit.free).toBe(4);
  });
});
