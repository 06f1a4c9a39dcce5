// THE option table: every option of `logmill.yaml` with its type, default, bounds and one sentence.
// The loader checks files against it; `logmill.schema.json` (for editors) and the table in
// docs/configuration.md are generated from it, and tests prove them fresh.
//
// What one option says about another (a field that must exist, a name that must be unique) is in
// `references.ts`; here is only what an option says about itself.

import * as z from "zod";
import { configuredKinds, storedKindNamed } from "../metric/kinds.ts";
import type { DerivedOptions } from "../metric/derived/derived.ts";
import { limits } from "../base/limits.ts";
import type { MetricDefinition } from "../model/plan.ts";
import { defaultPool } from "../model/pool.ts";
import { formatSchema } from "./format/format-schema.ts";
import { lookupsSchema } from "./lookup-schema.ts";
import { filledList, filledNamed, list, named, options, withNames } from "./mappings.ts";
import {
  arithmetic,
  boolean,
  condition,
  duration,
  endpoint,
  explode,
  integer,
  name,
  orNull,
  path,
  size,
  text,
  timezone,
  value,
} from "./option-types.ts";
import { formatDuration, formatSize } from "./units.ts";
import { outputSchema } from "./output-schema.ts";
import { testsSchema } from "./test-schema.ts";

const hourMs = 3_600_000;

const where = condition.exactOptional();

const fileSource = options(
  {
    type: z.literal("file"),
    include: filledList(text, limits.fieldsMax).describe(
      "Glob patterns of the files to read, relative to the configuration file's folder. gzip and zstd files are read as they are.",
    ),
    exclude: list(text, limits.fieldsMax)
      .default([])
      .describe("Glob patterns of files to leave out."),
    follow_links: boolean
      .default(false)
      .describe(
        "Read files, too, that symbolic links lead to outside of the folder at which their pattern begins.",
      ),
    last_line: z
      .enum(["wait", "count"])
      .default("wait")
      .describe(
        "What follows the last line feed of a file that is not compressed: `wait` until the line ends, or `count` it, for files that are complete as they are.",
      ),
    pool: name
      .default(defaultPool)
      .describe(
        "Its batches go only to workers of this pool (`logmill worker --pool NAME`); workers that name none are of `default`.",
      ),
    format: formatSchema,
    max_line_bytes: size(16, limits.lineBytesMaxCeiling)
      .prefault(formatSize(limits.lineBytesMaxDefault))
      .describe("Longer lines are rejected as `line_too_long`."),
    fields: named(value, limits.fieldsMax)
      .prefault({})
      .transform((fields) => Object.entries(fields).map(([name, value]) => ({ name, value })))
      .describe(
        "Fields that are computed from those of the format and from each other, by name: see docs/fields.md.",
      ),
    where: where.describe(
      "Which events summaries are made from: it is put before the `where` of each. What it leaves out is `filtered` on their sheets.",
    ),
  },
  { fields: "computed" },
).describe("Files, found again by their content when they are renamed, rotated or compressed.");

const sourceSchema = z.discriminatedUnion("type", [fileSource]);

/** One alternative for each metric kind, made of the options that it names. */
const [firstMetric, ...otherMetrics] = configuredKinds.map((kind) =>
  options({
    type: z.literal([...kind.words]).transform(() => kind.words[0]),
    ...kind.options({ name, arithmetic, integer }),
    ...(kind.where !== null && { where: where.describe(kind.where) }),
  }).describe(kind.description),
);

type Nameless<Definition> = Definition extends unknown ? Omit<Definition, "name"> : never;
type Metric = Nameless<MetricDefinition> | ({ type: "derived" } & DerivedOptions);

// That a kind's options are the members of its definitions is checked where the kind is declared.
const metricSchema = z.discriminatedUnion("type", [
  firstMetric!,
  ...otherMetrics,
]) as unknown as z.ZodType<Metric>;

/** Columns of a table that metrics are stored in. */
function columnsIn(metrics: Readonly<Record<string, { readonly type: string }>>): number {
  const columns = Object.values(metrics).map((metric) =>
    storedKindNamed(metric.type)?.columns(metric),
  );
  return columns.reduce((sum, some = []) => sum + some.length, 0);
}

const summarySchema = options({
  from: filledList(name, limits.fieldsMax).describe("Names of the sources it is made from."),
  timestamp: name.default("timestamp").describe("The field with the time of the event."),
  granularity: z
    .enum(["hour", "day", "week", "month"])
    .default("day")
    .describe(
      "Span of time that one table covers, in the configured time zone. A week is that of ISO 8601, from Monday on.",
    ),
  dimensions: list(name, limits.dimensionsMax)
    .default([])
    .describe("Fields to group by. Without any, a bucket has one row."),
  explode: explode
    .exactOptional()
    .describe(
      'A dimension of which a line may have several values: it counts once in the row of each different one. The name of a field that is all elements of an array (`tags: "ad.tags[*]"`), or `{ field: tags, delimiter: "|" }`. A line without a value counts in the row of the empty one.',
    ),
  where: where.describe("Which events the summary is made from."),
  max_rows: integer(1, limits.rowsMaxCeiling)
    .prefault(limits.rowsMaxDefault)
    .describe(
      "Rows of one bucket; those beyond it add up in one row, `__overflow__`, so that totals stay exact.",
    ),
  metrics: filledNamed(metricSchema, limits.metricsMax)
    .refine((metrics) => columnsIn(metrics) <= limits.metricsMax, {
      error: `take more than ${limits.metricsMax} columns; an avg takes two, a stddev three`,
    })
    .transform(withNames("name"))
    .describe("What is kept for each combination of the dimensions, by name."),
});

const clusterSchema = (folder: string) =>
  options(
    {
      tasks: endpoint
        .default("tcp://127.0.0.1:5555")
        .describe("Where the ventilator hands out batches, as workers reach it."),
      results: endpoint
        .default("tcp://127.0.0.1:5556")
        .describe("Where the sink takes partials, as workers reach it."),
      acks: endpoint
        .default("tcp://127.0.0.1:5557")
        .describe("Where the ventilator takes acknowledgements, as the sink reaches it."),
      batch: options({
        max_bytes: size(limits.batchBytesMin, limits.rangeBytesMax)
          .prefault(formatSize(limits.batchBytesDefault))
          .describe(
            `A batch is cut at the last line end before this; one that can not be read from its file by the worker, before ${formatSize(limits.batchBytesMax)}.`,
          ),
      })
        .prefault({})
        .describe("How input is cut into batches."),
      max_in_flight: integer(1, limits.flightBatchesMax)
        .prefault(limits.flightBatchesDefault)
        .describe("Batches sent and not yet acknowledged; reading waits when there are so many."),
      ack_timeout: duration(100, hourMs)
        .prefault(formatDuration(limits.ackTimeoutMs))
        .describe("A batch without acknowledgement for so long is sent again, with back-off."),
      batch_timeout: duration(1000, hourMs)
        .prefault(formatDuration(limits.batchTimeoutMsDefault))
        .describe(
          "A worker that works on one batch of 1 MiB for longer has hung and is ended; a larger batch gets as much for every MiB, a smaller one its share.",
        ),
      drain_timeout: duration(1000, hourMs)
        .prefault(formatDuration(limits.drainTimeoutMsDefault))
        .describe(
          "Time that a role has to end in order when it is asked to; then it ends at once.",
        ),
      security: options({
        keys: path(folder)
          .optional()
          .transform(orNull)
          .describe(
            "Folder of the keys that `logmill keygen` made. With it, every tcp socket is encrypted and admits only keys on its allow-list.",
          ),
      })
        .prefault({})
        .describe("Who may speak on the sockets; see docs/security.md."),
    },
    {
      ack_timeout: "ackTimeoutMs",
      batch_timeout: "batchTimeoutMs",
      drain_timeout: "drainTimeoutMs",
    },
  )
    .prefault({})
    .describe("How the roles reach each other and how much they keep in work.");

const storeSchema = options(
  {
    live_max_bytes: size(1024 ** 2, 2 * 1024 ** 3)
      .prefault(formatSize(limits.liveBytesDefault))
      .describe("Tables in memory; over it they are written to segments."),
    flush_interval: duration(100, hourMs)
      .prefault(formatDuration(limits.flushIntervalMsDefault))
      .describe(
        "Tables in memory are written to segments, and outputs published, at least so often.",
      ),
  },
  { live_max_bytes: "liveBytesMax", flush_interval: "flushIntervalMs" },
)
  .prefault({})
  .describe("The sink's durable tables.");

const httpSchema = (folder: string) =>
  options({
    host: text.default("127.0.0.1").describe("Address to listen on."),
    port: integer(0, 65_535).prefault(8555).describe("Port to listen on; 0 takes any free one."),
    token_file: path(folder)
      .optional()
      .transform(orNull)
      .describe(
        "File (mode 0600) with the bearer token for all but `/metrics`, `/health` and `/ready`; the environment's `LOGMILL_HTTP_TOKEN` comes first. Without a token the rest is answered on loopback only.",
      ),
  })
    .prefault({})
    .describe("Metrics (`/metrics`), `/health` and `/ready` of a role.");

const makeSchema = (folder: string) =>
  options({
    data_dir: path(folder)
      .prefault("./data")
      .describe(
        "Folder of the store and of dead letters, relative to the configuration file's folder.",
      ),
    timezone: timezone
      .default("UTC")
      .describe(
        "Whose midnight closes a day, and the zone of timestamps without offset; an IANA name.",
      ),
    cluster: clusterSchema(folder),
    store: storeSchema,
    lookups: lookupsSchema(folder),
    http: httpSchema(folder),
    sources: filledNamed(sourceSchema, limits.summariesMax)
      .transform(withNames("name"))
      .describe("Where lines come from, by name."),
    summaries: filledNamed(summarySchema, limits.summariesMax)
      .transform(withNames("name"))
      .describe("What is kept, by name."),
    outputs: named(outputSchema(folder), limits.summariesMax)
      .transform(withNames("name"))
      .prefault({})
      .describe("Where tables are written to, by name."),
    tests: testsSchema,
  });

type ConfigSchema = ReturnType<typeof makeSchema>;

/** The options of a file, as they are used. */
export type ConfigOptions = z.output<ConfigSchema>;

/** Kept, since making one takes longer than checking a file by it. */
let last: { readonly folder: string; readonly schema: ConfigSchema } | undefined;

/** @param folder of the configuration file, in which relative paths begin. */
export function configSchema(folder: string): ConfigSchema {
  if (last?.folder !== folder) last = { folder, schema: makeSchema(folder) };
  return last.schema;
}
