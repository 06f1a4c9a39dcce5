import { expect, it } from "vitest";
import { keyOwner } from "../../../../../src/sink/output/redis/key-owner.ts";

const places = ["redis://a:6379/0", "redis://b:6379/0", "redis://c:6379/0"];
const keys = Array.from({ length: 3000 }, (_, at) => Buffer.from(`visits:2011-06-20:user${at}`));
const ownersOf = (among: readonly string[]): string[] => {
  const owner = keyOwner(among);
  return keys.map((key) => among[owner(key)]!);
};

it("shares keys evenly, whatever the order of the servers", () => {
  const owners = ownersOf(places);
  for (const place of places) {
    const share = owners.filter((owner) => owner === place).length;
    expect(share).toBeGreaterThan(900);
    expect(share).toBeLessThan(1100);
  }
  expect(ownersOf([...places].reverse())).toEqual(owners);
});

it("moves keys to a server that is added, and none between the others", () => {
  const added = "redis://d:6379/0";
  const before = ownersOf(places);
  const after = ownersOf([...places, added]);
  const moved = after.filter((owner, at) => owner !== before[at]);
  expect(new Set(moved)).toEqual(new Set([added]));
  expect(moved.length).toBeLessThan(keys.length / 3);
});

it("gives a key to the same server in every version, or keys would have to move", () => {
  const owner = keyOwner(places);
  const first = ["", "a", "daily:country:2011-10-10", "visits:2011-06-20:user7", "\xff"];
  expect(first.map((key) => owner(Buffer.from(key, "latin1")))).toMatchInlineSnapshot(`
    [
      0,
      1,
      2,
      1,
      1,
    ]
  `);
});
