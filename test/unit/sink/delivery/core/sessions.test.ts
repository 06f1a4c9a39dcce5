import { describe, expect, it } from "vitest";
import { protocolVersion } from "../../../../../src/shared/protocol/messages.ts";
import type { BatchHeader } from "../../../../../src/shared/protocol/messages.ts";
import { Sessions } from "../../../../../src/sink/delivery/core/sessions.ts";
import { sampleHeader } from "../../../../golden/protocol-samples.ts";

const plan = sampleHeader.plan;
const otherPlan = "f".repeat(32);
const hello = (session: bigint, ventilator = "ventilator", helloPlan = plan) =>
  ({
    type: "ventilator_hello",
    version: protocolVersion,
    session,
    ventilator,
    plan: helloPlan,
    tagKey: new Uint8Array(32),
  }) as const;
const of = (session: bigint, headerPlan = plan): BatchHeader => ({
  ...sampleHeader,
  session,
  plan: headerPlan,
});

describe("sessions", () => {
  it("admit no partial before its ventilator has greeted", () => {
    const sessions = new Sessions(plan);
    expect(sessions.admit(of(1n)).kind).toBe("unknown_session");
    sessions.greet(0, hello(1n));
    expect(sessions.admit(of(1n)).kind).toBe("admitted");
    expect(sessions.admit(of(2n)).kind).toBe("unknown_session");
  });

  it("refuse a partial of another plan", () => {
    const sessions = new Sessions(plan);
    sessions.greet(0, hello(1n));
    expect(sessions.admit(of(1n, otherPlan)).kind).toBe("other_plan");
  });

  it("tell whether the ventilator has our plan", () => {
    const sessions = new Sessions(plan);
    expect(sessions.greet(0, hello(1n)).session.hasOurPlan).toBe(true);
    expect(sessions.greet(1, hello(2n, "other", otherPlan)).session.hasOurPlan).toBe(false);
  });

  it("know a repeated greeting from a new one", () => {
    const sessions = new Sessions(plan);
    expect(sessions.greet(0, hello(1n)).isNew).toBe(true);
    expect(sessions.greet(0, hello(1n)).isNew).toBe(false);
    expect(sessions.size).toBe(1);
  });

  it("replace the session of a ventilator that has restarted, on whatever link", () => {
    const sessions = new Sessions(plan);
    sessions.greet(0, hello(1n));
    sessions.greet(1, hello(2n));
    expect(sessions.admit(of(1n)).kind).toBe("unknown_session");
    expect(sessions.find(1n)).toBeUndefined();
    expect(sessions.find(2n)?.link).toBe(1);
  });

  it("replace the session of a link when another ventilator answers there", () => {
    const sessions = new Sessions(plan);
    sessions.greet(0, hello(1n, "a"));
    sessions.greet(0, hello(2n, "b"));
    expect(sessions.size).toBe(1);
    expect(sessions.find(2n)?.ventilator).toBe("b");
  });

  it("keep ventilators of different names and links apart", () => {
    const sessions = new Sessions(plan);
    sessions.greet(0, hello(1n, "a"));
    sessions.greet(1, hello(2n, "b"));
    expect([1n, 2n].map((session) => sessions.find(session)?.link)).toEqual([0, 1]);
  });
});
