// The plans that the fuzzer's texts are summarised by: every kind of column that the kernel makes.

import { accessLogShapes } from "../../src/shared/model/format-fields.ts";
import type {
  AccessLogType,
  ComputedField,
  Formats,
  Plan,
  SummaryDefinition,
  ValueExpression,
} from "../../src/shared/model/plan.ts";

const event = { op: "field", name: "event" } as const;
const amount = { op: "field", name: "amount" } as const;
const isView = { op: "==", left: event, right: { op: "string", value: "view" } } as const;
const isDear = { op: ">=", left: amount, right: { op: "number", text: "30" } } as const;

const field = (name: string): ValueExpression => ({ op: "field", name });
const text = (value: string): ValueExpression => ({ op: "string", value });
const number = (digits: string): ValueExpression => ({ op: "number", text: digits });
const call = (name: string, ...given: ValueExpression[]): ValueExpression => ({
  ...{ op: "call", name, arguments: given },
});

/** Made of the fields that the lines of most formats here have. */
const computed: readonly ComputedField[] = [
  { name: "who", value: call("coalesce", call("lower", field("user")), field("host")) },
  { name: "both", value: call("concat", field("event"), text("|"), field("campaign")) },
  {
    name: "kind",
    value: {
      ...{ op: "if", condition: isView, then: field("both"), else: call("trim", field("host")) },
    },
  },
  { name: "round", value: call("bucket", field("amount"), number("2.5")) },
];

const byDay = { granularity: "day", timezone: "UTC", timestamp: "timestamp" } as const;

const adsSummaries: readonly SummaryDefinition[] = [
  {
    ...byDay,
    ...{ name: "campaigns", from: ["s"], dimensions: ["event", "campaign"] },
    metrics: [
      { name: "events", type: "count" },
      { name: "views", type: "count", where: isView },
      { name: "amount", type: "sum", field: "amount", scale: 2 },
      { name: "least", type: "min", field: "amount", scale: 2, where: isView },
      { name: "users", type: "hll", field: "user", log2m: 8, regwidth: 5 },
    ],
  },
  {
    ...byDay,
    ...{ name: "hosts", from: ["s"], granularity: "hour", dimensions: ["host"], where: isDear },
    metrics: [{ name: "most", type: "max", field: "amount", scale: 4 }],
  },
];

/** Those, and what computed fields are grouped by and counted of. */
const computedSummaries: readonly SummaryDefinition[] = [
  ...adsSummaries,
  {
    ...byDay,
    ...{ name: "pieces", from: ["s"], dimensions: ["campaign", "event"] },
    explode: { field: "campaign", delimiter: "a" },
    where: { op: "!=", left: call("prefix", field("user"), number("2")), right: text("zz") },
    metrics: [
      { name: "events", type: "count" },
      { name: "users", type: "hll", field: "user", log2m: 8, regwidth: 5 },
    ],
  },
  {
    ...byDay,
    ...{ name: "made", from: ["s"], dimensions: ["kind", "who"] },
    metrics: [
      { name: "hours", type: "hll", field: "both", log2m: 8, regwidth: 5 },
      { name: "round", type: "sum", field: "round", scale: 1 },
      {
        ...{ name: "early", type: "count" },
        where: { op: "<", left: call("hour_of_day", field("timestamp")), right: number("7") },
      },
    ],
  },
];

export const adsPlan: Plan = {
  version: 1,
  timezone: "Europe/Berlin",
  sources: [
    {
      name: "s",
      maxLineBytes: 20_100,
      format: {
        type: "rsyslog",
        payloads: [
          { program: "EV", type: "csv", fields: ["event", "campaign", "user", "amount"] },
          {
            program: "a-program-with-a-long-name",
            type: "csv",
            fields: ["user", "event", "_", "campaign"],
          },
        ],
      },
      computed,
      where: { op: "!=", left: call("lower", field("event")), right: text("left out") },
    },
  ],
  summaries: computedSummaries,
};

const ofUrls: readonly ComputedField[] = [
  { name: "site", value: call("url_host", field("referrer")) },
  { name: "path", value: call("prefix", call("url_path", field("url")), number("40")) },
  { name: "search", value: call("url_param", field("url"), text("q")) },
  { name: "client", value: call("concat", field("ip"), text("/")) },
];

export function accessPlan(type: AccessLogType): Plan {
  const requests: SummaryDefinition = {
    ...byDay,
    ...{ name: "requests", from: ["s"], dimensions: ["method", "url", "status"] },
    metrics: [
      { name: "hits", type: "count" },
      { name: "bytes", type: "sum", field: "bytes", scale: 0 },
      { name: "visitors", type: "hll", field: "ip", log2m: 8, regwidth: 5 },
    ],
  };
  const agents: SummaryDefinition = {
    ...byDay,
    ...{ name: "agents", from: ["s"], dimensions: ["referrer", "user_agent", "user"] },
    metrics: [{ name: "hits", type: "count" }],
  };
  const sites: SummaryDefinition = {
    ...byDay,
    ...{ name: "sites", from: ["s"], dimensions: ["site", "path"] },
    metrics: [
      { name: "searches", type: "hll", field: "search", log2m: 8, regwidth: 5 },
      { name: "clients", type: "hll", field: "client", log2m: 8, regwidth: 5 },
    ],
  };
  const { agent } = accessLogShapes[type];
  // Clients are addresses in some formats, and text in the others.
  const format = agent ? ({ type, fields: { ip: { type: "ip" } } } as const) : { type };
  return {
    version: 1,
    timezone: "UTC",
    sources: [{ name: "s", maxLineBytes: 33_000, format, ...(agent && { computed: ofUrls }) }],
    summaries: agent ? [requests, agents, sites] : [requests],
  };
}

export const jsonPlan: Plan = {
  version: 1,
  timezone: "UTC",
  sources: [
    {
      name: "s",
      maxLineBytes: 33_000,
      format: {
        type: "json",
        paths: [
          { field: "timestamp", steps: ["at"] },
          { field: "host", steps: ["host"] },
          { field: "event", steps: ["event"] },
          { field: "amount", steps: ["amount"] },
          { field: "user", steps: ["user", "id"] },
          { field: "campaign", steps: ["user", "tags", 1] },
        ],
      },
    },
  ],
  summaries: adsSummaries,
};

export const pairsPlan: Plan = {
  ...jsonPlan,
  sources: [
    {
      name: "s",
      maxLineBytes: 33_000,
      format: {
        type: "pairs",
        keys: [
          { field: "timestamp", key: "time" },
          ...["host", "event", "amount", "user", "campaign"].map((key) => ({ field: key, key })),
        ],
      },
    },
  ],
};

export const columnsPlan: Plan = {
  ...jsonPlan,
  timezone: "Europe/Berlin",
  sources: [
    {
      name: "s",
      maxLineBytes: 33_000,
      format: {
        type: "columns",
        columns: ["date", "time", "host", "event", "campaign", "user", "amount", "_"],
        delimiter: ";",
        quote: "double",
        comments: "#",
        missing: ["-"],
        timestamp: { form: "auto", from: ["date", "time"] },
      },
    },
  ],
};

const pairsFormat = pairsPlan.sources[0]!.format as Formats["pairs"];

export const dockerPlan: Plan = {
  ...jsonPlan,
  sources: [{ name: "s", maxLineBytes: 33_000, format: { type: "docker", inner: pairsFormat } }],
};
