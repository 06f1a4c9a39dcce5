import { describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import type { SummaryConfig } from "../../../../src/shared/config/config.ts";
import { readCondition } from "../../../../src/cli/commands/where-option.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { Overflow } from "../../../../src/shared/table/overflow.ts";
import { schemaOf } from "../../../../src/shared/table/schema.ts";
import { bucketOf } from "../../../../src/shared/model/bucket.ts";
import { queryStore, type QueryRequest } from "../../../../src/sink/query/query.ts";
import { topRows } from "../../../../src/sink/query/top-rows.ts";
import { plainText } from "../../../../src/shared/metric/value.ts";
import type { Row } from "../../../../src/sink/query/row.ts";
import { definitionOf, price } from "../../../support/stored-summary.ts";
import { EventStore, type TableEvent } from "../../../support/table-events.ts";

const definition = definitionOf();
const configured: SummaryConfig = {
  ...definition,
  maxRows: 1000,
  metrics: [price, ...definition.metrics],
};
const start = (day: string): number =>
  bucketOf(definition.timezone, "day", Date.parse(`${day}T12:00:00Z`) / 1000).start;
const event = (day: string, campaign: string, revenue: bigint, user: number): TableEvent => {
  return { bucketStart: start(day), keys: [campaign, "CA"], revenue, user };
};

function smallStore(): EventStore {
  const store = new EventStore(definition, 1);
  store.add([
    event("2011-06-30", "a", 100n, 1),
    event("2011-06-30", "b", 300n, 1),
    event("2011-07-01", "a", 50n, 1),
    event("2011-07-01", "a", 0n, 2),
    event("2011-07-01", "c", 300n, 3),
  ]);
  return store;
}

const textOf = (row: Row): string =>
  [...row.keys.map((key) => Buffer.from(key!).toString()), ...row.values.map(plainText)].join(" ");

async function ask(request: Omit<QueryRequest, "summary">): Promise<string[]> {
  const result = await queryStore(smallStore(), { summary: "campaigns", ...request }, configured);
  return (await rowsOf(result)).map(textOf);
}

/** Each bucket has an overflow row behind its rows. */
class OverflowStore extends EventStore {
  override async *read(summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    const overflow = new Overflow(loadKernel(), schemaOf(this.definition));
    for await (const frame of super.read(summaryKey, bucketStart)) {
      yield frame;
      overflow.addRows(frame, 1);
    }
    yield overflow.encode()!;
  }
}

async function rowsOf({ rows }: { readonly rows: AsyncIterable<readonly Row[]> }): Promise<Row[]> {
  const all: Row[] = [];
  for await (const block of rows) all.push(...block);
  return all;
}

async function refusal(request: Partial<QueryRequest>): Promise<LogmillError> {
  try {
    await queryStore(smallStore(), { summary: "campaigns", ...request }, configured);
  } catch (error) {
    if (error instanceof LogmillError) return error;
    throw error;
  }
  throw new Error("it was answered");
}

describe("a query", () => {
  it("computes derived metrics after merging, not from merged quotients", async () => {
    expect(await ask({ groupBy: ["campaign"] })).toEqual([
      "a 0.5 3 1.50 0.00 2",
      "b 3 1 3.00 3.00 1",
      "c 3 1 3.00 3.00 1",
    ]);
  });

  it("orders by a derived metric too, ties by key", async () => {
    const rows = await ask({ groupBy: ["campaign"], orderBy: "price" });
    expect(rows.map((row) => row[0])).toEqual(["b", "c", "a"]);
  });

  it("sorts by the columns in the order asked for, wherever the bucket stands", async () => {
    const rows = await ask({ groupBy: ["campaign", "month"] });
    expect(rows.map((row) => row.split(" ").slice(0, 2).join(" "))).toEqual([
      "a 2011-06",
      "a 2011-07",
      "b 2011-06",
      "c 2011-07",
    ]);
  });

  it("has the least first if so asked, what has no value last, and the metrics that were named", async () => {
    expect(
      await ask({ groupBy: ["campaign"], orderBy: "price", ascending: true, metrics: ["users"] }),
    ).toEqual(["a 2", "b 1", "c 1"]);
    expect(await ask({ groupBy: ["campaign"], ascending: true, top: 1 })).toEqual([
      "a 0.5 3 1.50 0.00 2",
    ]);
  });

  it("asks a metric that is not shown, and derived ones", async () => {
    const where = readCondition('price > 1 and campaign != "b"', ["campaign"], ["price"]);
    expect(await ask({ groupBy: ["campaign"], where, metrics: ["clicks"] })).toEqual(["c 1"]);
  });

  it("leaves overflow rows out where something is asked, and tells so", async () => {
    const store = new OverflowStore(definition, 10);
    store.add([event("2011-06-30", "a", 100n, 1)]);
    const plain = await queryStore(store, { summary: "campaigns", groupBy: ["campaign"] });
    expect((await rowsOf(plain)).map(({ keys }) => keys[0] === null)).toEqual([false, true]);
    expect(plain.lacksOverflow()).toBe(false);
    for (const text of ['campaign == "a"', "clicks > 0"]) {
      const where = readCondition(text, definition.dimensions, ["clicks"]);
      const asked = await queryStore(store, { summary: "campaigns", groupBy: ["campaign"], where });
      expect((await rowsOf(asked)).map(({ keys }) => keys[0] === null)).toEqual([false]);
      expect(asked.lacksOverflow()).toBe(true);
    }
  });

  it("reads only the buckets it is about, and none before rows are asked for", async () => {
    const store = smallStore();
    const { rows } = await queryStore(store, { summary: "campaigns", to: "2011-06-30" });
    expect(store.reads).toEqual([]);
    const texts: string[] = [];
    for await (const block of rows) texts.push(...block.map(textOf));
    expect(store.reads).toEqual([start("2011-06-30")]);
    expect(texts).toEqual(["2011-06-30 a CA 1 1.00 1.00 1", "2011-06-30 b CA 1 3.00 3.00 1"]);
  });

  it("adds up more buckets than it reads side by side", async () => {
    const store = new EventStore(definition, 3);
    const first = Date.parse("2011-01-01T12:00:00Z") / 1000;
    const days = Array.from({ length: 100 }, (_, day) => first + day * 86_400);
    for (const day of days) {
      const { start: bucketStart } = bucketOf(definition.timezone, "day", day);
      store.add([{ bucketStart, keys: ["a", "CA"], revenue: 1n, user: 1 }]);
    }
    const rows: string[] = [];
    const groupBy = ["campaign", "country"];
    const result = await queryStore(store, { summary: "campaigns", groupBy });
    for await (const block of result.rows) rows.push(...block.map(textOf));
    expect(rows).toEqual(["a CA 100 1.00 0.01 1"]);
  });

  it("is refused at once with the names there are", async () => {
    expect(await refusal({ summary: "campagns" })).toMatchObject({
      code: "unknown_summary",
      exitCode: 2,
      message: 'unknown summary "campagns" (did you mean campaigns?); known: campaigns',
    });
    expect((await refusal({ orderBy: "usres" })).message).toContain("did you mean users?");
    expect((await refusal({ groupBy: ["contry"] })).message).toContain("did you mean country?");
    expect((await refusal({ from: "junk" })).code).toBe("usage");
    for (const top of [0, -1, 1.5, NaN]) expect((await refusal({ top })).code).toBe("usage");
  });
});

describe("a condition of a query", () => {
  const metrics = ["clicks", "price"];

  it.each([
    ["clicks == 3 or campagn == 1", "no metric campagn, at `campagn == 1`; did you mean campaign?"],
    ["day == 3", "ask for times by --from and --to"],
    ["clicks >", "--where: "],
    ["clicks", "clicks is a field, no condition"],
  ])("is refused where it cannot be read: %s", (text, message) => {
    const read = () => readCondition(text, definition.dimensions, metrics);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: "usage" }) as Error);
  });

  it.each([
    ['lower(campaign) == "a"', ["campaign"], "lower(…) is for lines that are read"],
    ['clicks == "3"', ["campaign"], "clicks is a metric, and metrics are compared with numbers"],
    ['clicks > 3 or country == "CA"', ["campaign"], "those have no country; group by it, too"],
  ])("is refused where it cannot be asked: %s", async (text, groupBy, message) => {
    const where = readCondition(text, definition.dimensions, metrics);
    const { code, message: said } = await refusal({ groupBy, where });
    expect(code).toBe("usage");
    expect(said).toContain(message);
  });

  it("may mix dimensions and metrics where rows have both", async () => {
    const where = readCondition('clicks > 2 or campaign == "b"', ["campaign"], metrics);
    expect(await ask({ groupBy: ["campaign"], where, metrics: ["clicks"] })).toEqual([
      "a 3",
      "b 1",
    ]);
  });
});

describe("top rows", () => {
  it("are the first by the first metric, with their columns", async () => {
    const { columns, rows } = await topRows(smallStore(), "campaigns", 2, configured);
    expect(columns.metrics[0]!.name).toBe("price");
    expect(rows.map(textOf)).toEqual([
      "2011-06-30 b CA 3 1 3.00 3.00 1",
      "2011-07-01 c CA 3 1 3.00 3.00 1",
    ]);
  });
});
