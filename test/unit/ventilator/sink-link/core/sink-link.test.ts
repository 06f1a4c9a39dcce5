import { describe, expect, it } from "vitest";
import { protocolVersion } from "../../../../../src/shared/protocol/messages.ts";
import type { AckMessage, LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import {
  SinkLink,
  type SinkAction,
  type SinkEvent,
} from "../../../../../src/ventilator/sink-link/core/sink-link.ts";

const sheets = { sources: {}, summaries: {} };
const plan = "1".repeat(32);
const store = "5".repeat(32);
const session = 7n;
const tagKey = new Uint8Array(32);

function newLink(firstRequest = 0): SinkLink {
  return new SinkLink(
    { id: session, tagKey },
    {
      ventilator: "v",
      plan,
      lostAfterMs: 3000,
      beatEveryMs: 1000,
      retryMs: 5000,
      firstRequest,
    },
  );
}

function said(actions: readonly SinkAction[]): string[] {
  return actions.map((action) => {
    if (action.type === "send") {
      const request = "request" in action.message ? ` ${action.message.request}` : "";
      return `${action.message.type}${request} > ${action.peer}`;
    }
    if (action.type === "greeted") return action.isNewStore ? "greeted new store" : "greeted";
    return action.type;
  });
}

const from = (peer: string, message: AckMessage): SinkEvent => ({ type: "message", peer, message });
const hello = (incarnation: bigint, ofStore = store): AckMessage => ({
  type: "sink_hello",
  version: protocolVersion,
  store: ofStore,
  incarnation,
  plan,
});
const beat: AckMessage = { type: "sink_beat" };
const ack = (ofStore = store): AckMessage => ({
  type: "ack",
  store: ofStore,
  session,
  batches: [],
});
const part = (
  request: number,
  name: string,
  more: boolean,
  incarnation = 1n,
  number = 0,
): AckMessage => {
  const source = { name, identity: { id: name }, merged: {} } as LedgerSource;
  const answer = { request, store, incarnation, part: number, more } as const;
  return { type: "ledger", ...answer, sources: [source], sheets: more ? null : sheets };
};
const finished = (request: number): AckMessage => ({
  type: "finished",
  request,
  sheets,
  examples: [],
  uncounted: [],
  outputs: { count: 1, first: ["out.csv"] },
});

/** A link whose sink has greeted from `@s` at 0 and answered the first ledger request. */
function linked(): SinkLink {
  const link = newLink();
  link.on(from("@s", hello(1n)), 0);
  link.on(from("@s", part(1, "a", false)), 0);
  return link;
}

describe("greeting", () => {
  it("says a session's hello again until the sink has answered for a batch of it", () => {
    const link = linked();
    link.on({ type: "session", session: { id: 8n, tagKey } }, 2000);
    link.on(from("@s", part(2, "a", false)), 2000);
    const beats = (nowMs: number): string[] => {
      link.on(from("@s", beat), nowMs);
      return said(link.on({ type: "tick" }, nowMs));
    };
    expect(beats(6900)).toEqual(["ventilator_beat > @s"]);
    expect(beats(7100)).toEqual(["ventilator_hello > @s"]);
    // What it answers for another session is no sign that it knows this one.
    link.on(from("@s", ack()), 8000);
    expect(beats(12_200)).toEqual(["ventilator_hello > @s", "ventilator_beat > @s"]);
    link.on(from("@s", { ...ack(), session: 8n } as AckMessage), 13_000);
    expect(beats(18_000)).toEqual(["ventilator_beat > @s"]);
  });

  it("answers the sink's hello and asks for its ledger", () => {
    expect(said(newLink().on(from("@s", hello(1n)), 0))).toEqual([
      "ventilator_hello > @s",
      "greeted",
      "heard",
      "ledger_asked",
      "ledger_request 1 > @s",
    ]);
  });

  it("asks a stranger that beats who it is, at most once a second, and tells it no session", () => {
    const link = newLink();
    const answers = [0, 500, 999, 1000].map((nowMs) => said(link.on(from("@s", beat), nowMs)));
    expect(answers).toEqual([["who > @s"], [], [], ["who > @s"]]);
    expect(said(link.on(from("@s", finished(1)), 2000))).toEqual(["who > @s"]);
    expect(said(link.on(from("@s", hello(1n)), 2001))).toContain("ventilator_hello > @s");
  });

  it("does not echo hellos of a sink that answers each with another", () => {
    const link = linked();
    expect(said(link.on(from("@s", hello(1n)), 10))).toEqual([]);
    expect(said(link.on(from("@s", hello(1n)), 2000))).toEqual(["ventilator_hello > @s"]);
  });

  it("stops when plan or version differ", () => {
    const other = { ...hello(1n), plan: "9".repeat(32) } as AckMessage;
    expect(newLink().on(from("@s", other), 0)).toEqual([{ type: "stop", code: "plan_mismatch" }]);
    const newer = { ...hello(1n), version: protocolVersion + 1 } as AckMessage;
    const [action] = newLink().on(from("@s", newer), 0);
    expect(action).toEqual({ type: "stop", code: "protocol_version" });
  });
});

describe("the ledger", () => {
  it("is complete with its last part, all parts together", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    expect(said(link.on(from("@s", part(1, "a", true)), 1))).toEqual([]);
    const [action] = link.on(from("@s", part(1, "b", false, 1n, 1)), 2);
    expect(action).toMatchObject({ type: "ledger", sources: [{ name: "a" }, { name: "b" }] });
    expect(link.isLedgerOpen).toBe(false);
  });

  it("is not taken while a part of it is missing, and is asked for again", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    link.on(from("@s", part(1, "a", true)), 1);
    // The second part was damaged on its way.
    expect(said(link.on(from("@s", part(1, "c", false, 1n, 2)), 2))).toEqual([]);
    expect(link.isLedgerOpen).toBe(true);
    link.on(from("@s", beat), 5000);
    expect(said(link.on({ type: "tick" }, 5002))).toContain("ledger_request 2 > @s");
    link.on(from("@s", part(2, "a", true)), 5003);
    const [action] = link.on(from("@s", part(2, "b", false, 1n, 1)), 5004);
    expect(action).toMatchObject({ type: "ledger", sources: [{ name: "a" }, { name: "b" }] });
  });

  it("is not taken from another request or incarnation", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    expect(said(link.on(from("@s", part(9, "a", false)), 1))).toEqual([]);
    expect(said(link.on(from("@s", part(1, "a", false, 2n)), 1))).toEqual(["who > @s"]);
    expect(said(link.on(from("@s", part(1, "a", false)), 1))).toEqual(["ledger"]);
    expect(said(link.on(from("@s", part(1, "a", false)), 1))).toEqual([]);
  });

  it("comes after all when the hello of a dead sink came after that of its successor", () => {
    const link = newLink();
    link.on(from("@new", hello(2n)), 0);
    link.on(from("@old", hello(1n)), 10);
    // It answers for an incarnation that was not the last to say hello, and is asked who it is.
    expect(said(link.on(from("@new", part(2, "a", false, 2n)), 20))).toContain("who > @new");
    expect(said(link.on(from("@new", hello(2n)), 30))).toContain("ledger_request 4 > @new");
    expect(said(link.on(from("@new", part(4, "a", false, 2n)), 40))).toEqual(["ledger"]);
  });

  it("is not taken from an answer to the ventilator before", () => {
    const link = newLink(1000);
    expect(said(link.on(from("@s", hello(1n)), 0))).toContain("ledger_request 1001 > @s");
    expect(said(link.on(from("@s", part(1, "a", false)), 1))).toEqual([]);
    expect(said(link.on(from("@s", part(1001, "a", false)), 2))).toEqual(["ledger"]);
  });

  it("is asked for after the greeting when both were lost", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    link.on(from("@s", beat), 5000);
    expect(said(link.on({ type: "tick" }, 5100))).toEqual([
      "ventilator_hello > @s",
      "ledger_asked",
      "ledger_request 2 > @s",
      "ventilator_beat > @s",
    ]);
  });

  it("is asked for again when it does not come", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    link.on(from("@s", ack()), 1000);
    link.on(from("@s", part(1, "a", true)), 2000);
    link.on(from("@s", beat), 5000);
    expect(said(link.on({ type: "tick" }, 6900))).toEqual(["ventilator_beat > @s"]);
    link.on(from("@s", beat), 7000);
    expect(said(link.on({ type: "tick" }, 7100))).toEqual([
      "ledger_asked",
      "ledger_request 2 > @s",
    ]);
    expect(said(link.on(from("@s", part(1, "b", false)), 7200))).toEqual([]);
    expect(said(link.on(from("@s", part(2, "b", false)), 7300))).toEqual(["ledger"]);
  });

  it("of a new incarnation is asked for at once, and the old answer is void", () => {
    const link = newLink();
    link.on(from("@s", hello(1n)), 0);
    expect(said(link.on(from("@t", hello(2n)), 10))).toEqual([
      "ventilator_hello > @t",
      "greeted",
      "ledger_asked",
      "ledger_request 2 > @t",
    ]);
    expect(said(link.on(from("@s", part(1, "a", false)), 20))).not.toContain("ledger");
  });
});

describe("a sink", () => {
  it("is silent after three seconds, and heard again with any message", () => {
    const link = linked();
    link.on(from("@s", beat), 1000);
    expect(said(link.on({ type: "tick" }, 4000))).toEqual(["ventilator_beat > @s"]);
    expect(said(link.on({ type: "tick" }, 4001))).toEqual(["silent"]);
    expect(link.peer).toBeNull();
    expect(said(link.on(from("@s", ack()), 4500))).toEqual(["heard", "answer"]);
    expect(link.peer).toBe("@s");
  });

  it("that reconnects is followed by what it proves", () => {
    const link = linked();
    expect(said(link.on(from("@new", ack()), 1))).toEqual(["answer"]);
    expect(link.peer).toBe("@new");
    link.on({ type: "unreachable", peer: "@s" }, 2);
    expect(link.peer).toBe("@new");
    link.on({ type: "unreachable", peer: "@new" }, 2);
    expect(link.peer).toBeNull();
  });

  it("of another store is refused while the present one lives, and not greeted", () => {
    const link = linked();
    const other = "6".repeat(32);
    const [action] = link.on(from("@x", hello(5n, other)), 1);
    expect(action).toEqual({ type: "refused", store: other, current: store });
    expect(said(link.on(from("@x", beat), 1500))).toEqual(["who > @x"]);
    // Its acknowledgements are passed on as they are; the flight tells stores apart.
    expect(said(link.on(from("@x", ack(other)), 1600))).toEqual(["answer"]);
    expect(link.peer).toBe("@s");
  });

  it("of another store is taken when the present one is gone, with everything anew", () => {
    const link = linked();
    link.on({ type: "want_finish" }, 1);
    link.on({ type: "tick" }, 3500);
    const actions = said(link.on(from("@x", hello(5n, "6".repeat(32))), 3600));
    expect(actions).toEqual(["greeted new store", "heard"]);
    // Asked by the old session it would not answer.
    expect(link.on({ type: "session", session: { id: 8n, tagKey } }, 3600)).toMatchObject([
      { peer: "@x", message: { type: "ventilator_hello", session: 8n } },
      { type: "ledger_asked" },
      { peer: "@x", message: { type: "ledger_request", request: 3, session: 8n } },
    ]);
  });

  it("of another store is told no session before its hello, whatever of it comes first", () => {
    const other = "6".repeat(32);
    const link = linked();
    link.on({ type: "tick" }, 3500);
    expect(said(link.on(from("@x", beat), 3600))).toEqual(["who > @x"]);
    expect(said(link.on(from("@x", ack(other)), 3700))).toEqual(["answer"]);
    expect(said(link.on(from("@x", finished(1)), 4700))).toEqual(["who > @x"]);
    expect(said(link.on({ type: "tick" }, 20_000)).join()).not.toContain("@x");
    expect(said(link.on(from("@x", hello(5n, other)), 20_001))).toContain("greeted new store");
    const session = { id: 8n, tagKey };
    const greeting = link.on({ type: "session", session }, 20_001);
    expect(greeting[0]).toMatchObject({ peer: "@x", message: { session: 8n } });
    // The first one wakes up on a connection that had been greeted, and would take what is cut for
    // the second.
    expect(said(link.on(from("@s", beat), 20_002))).toEqual(["who > @s"]);
    expect(said(link.on(from("@s", hello(1n)), 20_003))).toEqual(["refused"]);
  });

  it("that was given up on, and still beats on its connection, is found again", () => {
    const link = linked();
    link.on({ type: "want_finish" }, 1);
    link.on({ type: "unreachable", peer: "@s" }, 2);
    expect(said(link.on(from("@s", beat), 1000))).toEqual(["who > @s"]);
    expect(said(link.on(from("@s", hello(1n)), 1001))).toContain("finish 2 > @s");
    expect(link.peer).toBe("@s");
  });

  it("is told a new session at once", () => {
    const link = linked();
    const newKey = new Uint8Array(32).fill(8);
    const [action] = link.on({ type: "session", session: { id: 8n, tagKey: newKey } }, 1);
    const message = { type: "ventilator_hello", session: 8n, tagKey: newKey };
    expect(action).toMatchObject({ message });
  });
});

describe("finishing", () => {
  it("asks once, and is done with the answer to that question", () => {
    const link = linked();
    expect(said(link.on({ type: "want_finish" }, 1))).toEqual(["finish 2 > @s"]);
    expect(said(link.on(from("@s", finished(1)), 2))).toEqual([]);
    const [action] = link.on(from("@s", finished(2)), 3);
    expect(action).toMatchObject({ type: "finished", outputs: { first: ["out.csv"] } });
    expect(said(link.on(from("@s", finished(2)), 4))).toEqual([]);
  });

  it("asks again when the question or its answer was lost on a sound connection", () => {
    const link = linked();
    link.on({ type: "want_finish" }, 1);
    const heard = Array.from({ length: 13 }, (_, second) => {
      link.on(from("@s", beat), second * 1000);
      return said(link.on({ type: "tick" }, second * 1000));
    });
    expect(heard.flat().filter((action) => action.startsWith("finish"))).toEqual([
      "finish 2 > @s",
      "finish 2 > @s",
    ]);
  });

  it("asks again after a reconnect, a silence or a new incarnation", () => {
    const link = linked();
    link.on({ type: "want_finish" }, 1);
    expect(said(link.on(from("@t", ack()), 2))).toContain("finish 2 > @t");
    link.on({ type: "tick" }, 3500);
    expect(said(link.on(from("@t", beat), 3600))).toEqual(["heard", "finish 2 > @t"]);
    expect(said(link.on(from("@u", hello(2n)), 3700))).toContain("finish 2 > @u");
  });
});
