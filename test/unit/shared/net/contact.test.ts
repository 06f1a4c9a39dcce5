import { describe, expect, it } from "vitest";
import { Contact } from "../../../../src/shared/net/contact.ts";
import type { ContactAction } from "../../../../src/shared/net/contact.ts";

type Step = readonly [
  nowMs: number,
  event: "connected" | "disconnected" | "heard" | "garbled" | "answered" | "asked" | "tick",
  expected?: ContactAction,
];

/** Plays a script and compares what the contact wants at each step. */
function play(steps: readonly Step[]): Contact {
  const contact = new Contact(0);
  for (const [nowMs, event, expected = "nothing"] of steps) {
    const action = contact[event](nowMs) ?? "nothing";
    expect(`${nowMs} ${event}: ${action}`).toBe(`${nowMs} ${event}: ${expected}`);
  }
  return contact;
}

const seconds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 1000);

describe("a contact", () => {
  it("says nothing while nobody is there", () => {
    play(seconds(1, 60).map((nowMs) => [nowMs, "tick"]));
  });

  it("greets on connecting, again until it is answered, and beats from then on", () => {
    const contact = play([
      [10, "connected", "hello"],
      [1000, "tick", "hello"],
      [1500, "heard"],
      [1500, "answered"],
      [2000, "tick", "beat"],
      [3000, "tick", "beat"],
    ]);
    expect(contact.isGreeted).toBe(true);
  });

  it("greets anew after a reconnect", () => {
    play([
      [10, "connected", "hello"],
      [20, "answered"],
      [1000, "disconnected"],
      [1000, "tick"],
      [1500, "connected", "hello"],
      [2000, "tick", "hello"],
    ]);
  });

  it("takes no late answer for one on a connection that is gone", () => {
    const contact = play([
      [10, "connected", "hello"],
      [20, "disconnected"],
      [30, "answered"],
    ]);
    expect(contact.isGreeted).toBe(false);
  });

  it("dials anew once after 12 s without a word, and greets on the new connection", () => {
    play([
      [0, "connected", "hello"],
      [0, "answered"],
      ...seconds(1, 12).map((nowMs): Step => [nowMs, "tick", "beat"]),
      [13_000, "tick", "redial"],
      [14_000, "tick"],
      [14_500, "connected", "hello"],
      [15_000, "tick", "hello"],
    ]);
  });

  it("dials anew when what came was no message, but not again and again", () => {
    play([
      [10, "connected", "hello"],
      [20, "answered"],
      [1000, "garbled", "redial"],
      [1001, "garbled"],
      [1050, "connected", "hello"],
      [1060, "garbled"],
      [4060, "garbled", "redial"],
    ]);
  });

  it("dials anew after the pause when something damaged came within it: it may have been a batch", () => {
    play([
      [10, "connected", "hello"],
      [20, "answered"],
      [1000, "garbled", "redial"],
      [1050, "connected", "hello"],
      [1055, "answered"],
      [1060, "garbled"],
      [2000, "tick", "beat"],
      [4000, "tick", "redial"],
      [4050, "connected", "hello"],
      [4055, "answered"],
      [8000, "tick", "beat"],
    ]);
  });

  it("stays while it hears something now and then", () => {
    play([
      [0, "connected", "hello"],
      [0, "answered"],
      ...seconds(1, 30).flatMap((nowMs): Step[] => [
        [nowMs, "tick", "beat"],
        ...(nowMs % 10_000 === 0 ? [[nowMs, "heard"] as const] : []),
      ]),
    ]);
  });

  it("does not take its own standstill for the other's silence", () => {
    play([
      [0, "connected", "hello"],
      [0, "answered"],
      [1000, "tick", "beat"],
      [61_000, "tick", "beat"],
      [62_000, "tick", "beat"],
    ]);
  });

  it("that is asked greets until it is answered again", () => {
    const contact = play([
      [5, "asked"],
      [10, "connected", "hello"],
      [20, "answered"],
      [1000, "tick", "beat"],
      [1500, "asked", "hello"],
      [2000, "tick", "hello"],
    ]);
    expect(contact.isGreeted).toBe(false);
    contact.answered();
    expect(contact.tick(3000)).toBe("beat");
  });
});
