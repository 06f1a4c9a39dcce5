// A straight count of the demo's two summaries over generated ad logs, for `npm run exactness` and the compose test: line by
// line in plain JavaScript, with a Set per row in place of a sketch, and nothing of logmill's own code.
// It knows the generator's lines only: no quotes, every time with the offset of the zone that
// closes the day.

import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Row {
  counts: Map<string, bigint>;
  users: Set<string>;
}

/** Standard error of a HyperLogLog with 2^11 and 2^14 registers: 1.04 / sqrt(m). */
const standardErrors = { campaigns: 1.04 / Math.sqrt(2 ** 11), events: 1.04 / Math.sqrt(2 ** 14) };
/** Further from the truth than this, in standard errors, an estimate is wrong and not unlucky. */
const errorsMax = 6;

/** The rows by "summary/day.csv,dimension". */
export async function countPlainly(paths: readonly string[]): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const rowOf = (key: string): Row => {
    const row = rows.get(key) ?? { counts: new Map(), users: new Set() };
    rows.set(key, row);
    return row;
  };
  for (const path of paths) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const [time = "", , program, body] = line.split(" ");
      const [event, user, campaign, , , , revenue] = body?.split(",") ?? [];
      if (program !== "EVT_V1" || event === undefined || Number.isNaN(Date.parse(time))) continue;
      const day = time.slice(0, 10);
      // Each summary asks for its own fields alone, and rejects for itself.
      if (user !== undefined) {
        const byEvent = rowOf(`events/${day}.csv,${event}`);
        byEvent.users.add(user);
        add(byEvent, "count", 1n);
      }
      if (revenue === undefined || !/^(\d+\.\d{6})?$/.test(revenue)) continue;
      const byCampaign = rowOf(`campaigns/${day}.csv,${campaign}`);
      byCampaign.users.add(user ?? "");
      add(byCampaign, "impressions", event === "impression" ? 1n : 0n);
      add(byCampaign, "clicks", event === "click" ? 1n : 0n);
      add(byCampaign, "revenue", BigInt(revenue.replace(".", "")));
    }
  }
  return rows;
}

function add(row: Row, column: string, value: bigint) {
  row.counts.set(column, (row.counts.get(column) ?? 0n) + value);
}

/**
 * Compares the files of a run with the plain count; throws at the first difference. Returns how many
 * rows there are and how many distinct counts lie within the printed 95 % interval.
 * @param files relative paths
 */
export function compare(out: string, files: string[], rows: Map<string, Row>) {
  const seen = new Set();
  let within = 0;
  for (const file of files) {
    const [header = "", ...lines] = readFileSync(join(out, file), "utf8").trimEnd().split("\n");
    const columns = header.split(",");
    for (const line of lines) {
      const cells = line.split(",");
      const key = `${file},${cells[0]}`;
      const row = rows.get(key);
      if (row === undefined) throw new Error(`${key} is not in the logs`);
      seen.add(key);
      const cell = (column: string) => cells[columns.indexOf(column)] ?? "";
      for (const [column, value] of row.counts) {
        if (BigInt(cell(column).replace(".", "")) === value) continue;
        throw new Error(`${key}: ${column} is ${cell(column)}, and should be ${value}`);
      }
      const summary = file.startsWith("events/") ? "events" : "campaigns";
      const users = row.users.size;
      const error = Math.abs(Number(cell("users")) - users) / users / standardErrors[summary];
      if (error > errorsMax) throw new Error(`${key}: ${cell("users")} users, not ${users}`);
      if (users >= Number(cell("users_lo")) && users <= Number(cell("users_hi"))) within += 1;
    }
  }
  if (seen.size !== rows.size) throw new Error(`${rows.size - seen.size} rows are missing`);
  return { rows: rows.size, within };
}
