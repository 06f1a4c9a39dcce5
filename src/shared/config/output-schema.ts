// The options of outputs: where tables are written to, and how. A part of the option table, see `schema.ts`.

import * as z from "zod";
import { limits } from "../base/limits.ts";
import { redisUrlProblem } from "../model/redis-url.ts";
import { filledList, options } from "./mappings.ts";
import { boolean, duration, integer, name, orNull, path, text } from "./option-types.ts";

const writtenSummaries = filledList(name, limits.summariesMax)
  .optional()
  .describe("Which summaries are written; all of them if it is left out.");

/** Options of every output that keeps a file for each bucket. */
const fileOutput = (folder: string) => ({
  summaries: writtenSummaries,
  path: path(folder).describe(
    "Template of the files' paths with `{bucket}` and `{summary}`, relative to the configuration file's folder.",
  ),
});

const csvOutput = (folder: string) =>
  options({
    type: z.literal("csv"),
    ...fileOutput(folder),
    bounds: boolean
      .default(false)
      .describe("Adds columns `_lo` and `_hi`, the 95 % interval, after each estimate."),
    bucket: boolean
      .default(false)
      .describe("Adds the bucket as the first column, so that files can be concatenated."),
  }).describe("One complete file for each bucket, replaced whole when later data touches it.");

const jsonlOutput = (folder: string) =>
  options({ type: z.literal("jsonl"), ...fileOutput(folder) }).describe(
    "The same as JSON Lines: an object a row, with its bucket, and bounds in estimates.",
  );

const template = text.refine(
  (written) => Buffer.byteLength(written) <= limits.keyTemplateBytesMax,
  {
    error: `must have at most ${limits.keyTemplateBytesMax} bytes`,
  },
);

const redisEndpoint = text
  .superRefine((written, context) => {
    const problem = redisUrlProblem(written);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  })
  .meta({ title: "URL" });

const redisKey = template.describe(
  "Template of the keys with `{bucket}`, `{summary}` and any dimensions, such as `daily:country:{bucket}`.",
);

const redisOutput = (folder: string) =>
  options(
    {
      type: z.literal("redis"),
      summaries: writtenSummaries,
      endpoints: filledList(redisEndpoint, limits.redisEndpointsMax).describe(
        "Servers, as `redis://[USER@]HOST[:PORT][/DATABASE]`, or `rediss://` for TLS. Each key has its place on one of them.",
      ),
      password_file: path(folder)
        .optional()
        .transform(orNull)
        .describe(
          "File (mode 0600) with the password; the environment's `LOGMILL_REDIS_PASSWORD` comes first.",
        ),
      ca_file: path(folder)
        .optional()
        .transform(orNull)
        .describe(
          "File (PEM) of the authorities that vouch for the servers, in place of those that Node.js knows.",
        ),
      zset: options({
        key: redisKey,
        member: template.describe(
          "Template of the members with dimensions, such as `{country}`. Those that neither it nor the key has are summed up.",
        ),
        score: name.describe("The metric that is the score; a row without a value has no member."),
      })
        .exactOptional()
        .describe("Sorted sets, replaced whole."),
      hash: options({
        key: redisKey,
        bounds: boolean
          .default(false)
          .describe("Adds fields `_lo` and `_hi`, the 95 % interval, beside each estimate."),
      })
        .exactOptional()
        .describe("A hash for each key: its fields are the metrics that have a value."),
      string: options({
        key: redisKey,
        value: name.describe("The metric that is the value; a row without one has no key."),
      })
        .exactOptional()
        .describe("A string for each key."),
      pipeline: integer(1, limits.redisPipelineMax)
        .prefault(limits.redisPipelineDefault)
        .describe("Records that are sent at once, before their answers are waited for."),
      ttl: duration(1000, limits.redisTtlMsMax)
        .optional()
        .transform(orNull)
        .describe("Keys expire so long after the end of their bucket."),
    },
    { ttl: "ttlMs" },
  ).describe(
    "Keys of Redis servers, with absolute values: see docs/outputs.md. Needs `npm install @redis/client`.",
  );

export const outputSchema = (folder: string) =>
  z.discriminatedUnion("type", [csvOutput(folder), jsonlOutput(folder), redisOutput(folder)]);
