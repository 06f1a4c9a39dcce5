// Every mutant has a place in the code: a change can leave one behind that nobody can try out any more.

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { mutants } from "../mutants/catalog.ts";
import { simulatedMutants } from "../mutants/in-simulation.ts";
import { lostMutants } from "../mutants/lost-mutants.ts";
import { mutate, type Mutant } from "../mutants/mutant.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("the mutants", () => {
  it("all have their place in the code", () => {
    expect(lostMutants([...mutants, ...simulatedMutants], root)).toEqual([]);
  }, 60_000);

  it("each have a name of their own", () => {
    const names = mutants.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });
});

describe("the place of a mutant", () => {
  const code = `
    const limit = 3;
    export class Door {
      #isOpen = false;
      /** if (key) opens */
      open(key: boolean): boolean {
        // if (key) is the whole point
        if (
          key // of anybody
        ) this.#isOpen = true;
        return this.#isOpen;
      }
      close(key: boolean): boolean {
        if (key) this.#isOpen = false;
        return this.#isOpen;
      }
    }`;
  const mutant = (change: Partial<Mutant>): Mutant => ({
    ...{ name: "opens to everybody", file: "door.ts", in: "Door.open" },
    ...{ text: "if (key)", instead: "if (true)" },
    ...change,
  });

  it("is a piece of one function, however it is laid out and whatever its comments say", () => {
    const mutated = mutate(code, mutant({}));
    expect(mutated).toMatchObject({ kind: "mutated" });
    expect(mutated.kind === "mutated" && mutated.code.replaceAll(/\s+/g, " ")).toContain(
      "is the whole point if (true) this.#isOpen = true; return",
    );
  });

  it("may be a constant, or two functions of one file", () => {
    const also = { in: "Door.close", text: "= false", instead: "= true" };
    const mutated = code
      .replace("limit = 3", "limit = 4")
      .replace("if (key) this.#isOpen = false", "if (key) this.#isOpen = true");
    expect(mutate(code, mutant({ in: "limit", text: "3", instead: "4", also }))).toEqual({
      kind: "mutated",
      code: mutated,
    });
  });

  it("is lost, and says why, when its function or its text is gone, there twice or the same", () => {
    const why = (change: Partial<Mutant>): string => {
      const mutated = mutate(code, mutant(change));
      return mutated.kind === "lost" ? mutated.why : "it has a place";
    };
    expect(why({ in: "Gate.open" })).toBe("door.ts has no Gate.open, but Door.open");
    expect(why({ in: "Door.lock" })).toBe("door.ts has no Door.lock");
    expect(why({ text: "if (lock)" })).toBe(
      '"if (lock)" is 0 times in Door.open of door.ts, not once',
    );
    expect(why({ in: "Door" })).toBe('"if (key)" is 2 times in Door of door.ts, not once');
    expect(why({ text: "return", instead: "return" })).toBe("it changes nothing in door.ts");
    expect(lostMutants([mutant({})], root)).toEqual(["opens to everybody: there is no door.ts"]);
  });
});
