// The loads of `bench-bounds.mjs`: the lines, the configuration, and what the files of the output must
// say. Every number is known beforehand, so that a run is checked whole.

import { createReadStream, createWriteStream, readdirSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} BoundsLoad
 * @property {string} name
 * @property {(folder: string) => Promise<void>} write the logs
 * @property {(budgetMiB: number) => unknown} config
 * @property {(folder: string) => Promise<string | null>} fault what is wrong with the output; null if nothing
 */

/** @param {number} share of each load, 1 for all of it @returns {BoundsLoad[]} */
export function boundsLoads(share) {
  return [
    keysLoad("keys", Math.round(10_000_000 * share), 0),
    keysLoad("long", Math.round(30_000 * share), 59_988),
    tablesLoad(100, Math.max(1, Math.round(1000 * share)), Math.round(300_000 * share)),
  ];
}

/** Writes lines, some hundred thousand bytes at a time. @param {string} path @param {Iterable<string>} lines */
async function writeLines(path, lines) {
  const file = createWriteStream(path);
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < 1 << 18) continue;
    if (!file.write(text, "latin1")) await once(file, "drain");
    text = "";
  }
  file.end(text, "latin1");
  await once(file, "finish");
}

/** @param {string} path */
function linesOf(path) {
  return createInterface({ input: createReadStream(path, "latin1"), crlfDelay: Infinity });
}

/** @param {number} budgetMiB @param {string[]} fields @param {Record<string, unknown>} summaries */
function configOf(budgetMiB, fields, summaries) {
  return {
    data_dir: "data",
    http: { port: 0 },
    store: { live_max_bytes: `${budgetMiB}MiB` },
    sources: {
      ads: {
        type: "file",
        include: ["logs/*"],
        format: { type: "rsyslog", payloads: { E: { type: "csv", fields } } },
      },
    },
    summaries,
    outputs: {
      files: { type: "csv", summaries: Object.keys(summaries), path: "out/{summary}_{bucket}.csv" },
    },
  };
}

/**
 * So many keys in one day, each once, in an order that is not theirs.
 * @param {string} name @param {number} keys @param {number} padding bytes behind each key
 * @returns {BoundsLoad}
 */
function keysLoad(name, keys, padding) {
  const tail = "x".repeat(padding);
  const digits = 12;
  return {
    name,
    write: (folder) =>
      writeLines(
        join(folder, "a.log"),
        (function* () {
          for (let i = 0; i < keys; i += 1) {
            const key = String((i * 7919) % keys).padStart(digits, "0");
            yield `2011-06-20T00:00:00Z h E ${key}${tail}`;
          }
        })(),
      ),
    config: (budgetMiB) =>
      configOf(budgetMiB, ["k"], {
        c: { from: ["ads"], dimensions: ["k"], metrics: { events: { type: "count" } } },
      }),
    fault: async (folder) => {
      let next = -1;
      for await (const line of linesOf(join(folder, "c_2011-06-20.csv"))) {
        next += 1;
        if (next === 0) continue;
        const wanted = `${String(next - 1).padStart(digits, "0")}${tail},1`;
        if (line !== wanted) return `line ${next} is ${line.slice(0, 40)}…`;
      }
      return next === keys ? null : `${next} rows of ${keys}`;
    },
  };
}

/**
 * So many summaries, each with a table for every one of so many days.
 * @param {number} summaries @param {number} days @param {number} lines @returns {BoundsLoad}
 */
function tablesLoad(summaries, days, lines) {
  const campaigns = 20;
  const firstDay = Date.UTC(2008, 0, 1);
  const dayOf = (/** @type {number} */ day) =>
    new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);
  // By day, campaign and n: how many lines. A summary s has those with n <= s.
  const counts = new Uint32Array(days * campaigns * summaries);
  let state = 3;
  const below = (/** @type {number} */ bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return {
    name: "tables",
    write: (folder) => {
      counts.fill(0);
      state = 3;
      return writeLines(
        join(folder, "a.log"),
        (function* () {
          for (let i = 0; i < lines; i += 1) {
            const [day, campaign, n] = [below(days), below(campaigns), below(summaries)];
            const at = (day * campaigns + campaign) * summaries + n;
            counts[at] = (counts[at] ?? 0) + 1;
            yield `${dayOf(day)}T00:00:${String(i % 60).padStart(2, "0")}Z h E click,u${below(1000)},c${campaign},${n}`;
          }
        })(),
      );
    },
    config: (budgetMiB) =>
      configOf(
        budgetMiB,
        ["event", "user", "campaign", "n"],
        Object.fromEntries(
          Array.from({ length: summaries }, (_, s) => [
            `s${s}`,
            {
              from: ["ads"],
              dimensions: [s % 2 === 1 ? "campaign" : "event"],
              where: `n < ${s + 1}`,
              metrics: { events: { type: "count" }, total: { type: "sum", field: "n" } },
            },
          ]),
        ),
      ),
    fault: async (folder) => {
      const files = new Set(readdirSync(folder));
      for (let day = 0; day < days; day += 1) {
        const wanted = tablesOfDay(counts, day, summaries, campaigns);
        for (const [s, rows] of wanted.entries()) {
          const name = `s${s}_${dayOf(day)}.csv`;
          if (files.delete(name) !== rows.length > 0) return `${name} is there or not`;
          if (rows.length === 0) continue;
          const found = [];
          for await (const line of linesOf(join(folder, name))) found.push(line);
          if (found.slice(1).join() !== rows.join()) return `${name} says ${found.join(" ")}`;
        }
      }
      return files.size === 0 ? null : `${files.size} files more than there should be`;
    },
  };
}

/** The rows of every summary's table of a day. @param {Uint32Array} counts @param {number} day @param {number} summaries @param {number} campaigns */
function tablesOfDay(counts, day, summaries, campaigns) {
  const events = new Uint32Array(campaigns);
  const totals = new Uint32Array(campaigns);
  const names = Array.from({ length: campaigns }, (_, c) => c).sort((a, b) =>
    `c${a}` < `c${b}` ? -1 : 1,
  );
  return Array.from({ length: summaries }, (_, s) => {
    for (let c = 0; c < campaigns; c += 1) {
      const more = counts[(day * campaigns + c) * summaries + s] ?? 0;
      events[c] = (events[c] ?? 0) + more;
      totals[c] = (totals[c] ?? 0) + more * s;
    }
    const rows = names.filter((c) => (events[c] ?? 0) > 0);
    if (s % 2 === 1) return rows.map((c) => `c${c},${events[c]},${totals[c]}`);
    const sum = (/** @type {Uint32Array} */ column) => column.reduce((all, one) => all + one, 0);
    return rows.length === 0 ? [] : [`click,${sum(events)},${sum(totals)}`];
  });
}
