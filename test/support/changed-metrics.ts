// How the options of metrics are changed between two runs, see `changed-options.test.ts`.

import type { Change } from "./changed-syslog.ts";
import type { metrics } from "./every-option.ts";
import type { ConfigValue } from "./store-runs.ts";

const metric =
  (name: keyof typeof metrics, options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.summaries.events.metrics[name], options);

export const metricChanges: Readonly<Record<string, readonly Change[]>> = {
  "summaries.NAME.metrics.NAME<count>.type": [metric("n", { type: "sum", field: "amount" })],
  "summaries.NAME.metrics.NAME<count>.where": [metric("clicks", { where: 'event == "view"' })],
  "summaries.NAME.metrics.NAME<sum>.type": [metric("total", { type: "max" })],
  "summaries.NAME.metrics.NAME<sum>.field": [metric("total", { field: "extra" })],
  "summaries.NAME.metrics.NAME<sum>.scale": [metric("total", { scale: 3 })],
  "summaries.NAME.metrics.NAME<sum>.where": [metric("dear", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<min>.type": [metric("least", { type: "sum" })],
  "summaries.NAME.metrics.NAME<min>.field": [metric("least", { field: "extra" })],
  "summaries.NAME.metrics.NAME<min>.scale": [metric("least", { scale: 0 })],
  "summaries.NAME.metrics.NAME<min>.where": [metric("least", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<max>.type": [metric("greatest", { type: "min" })],
  "summaries.NAME.metrics.NAME<max>.field": [metric("greatest", { field: "extra" })],
  "summaries.NAME.metrics.NAME<max>.scale": [metric("greatest", { scale: 0 })],
  "summaries.NAME.metrics.NAME<max>.where": [metric("greatest", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<avg>.type": [metric("mean", { type: "sum" })],
  "summaries.NAME.metrics.NAME<avg>.field": [metric("mean", { field: "extra" })],
  "summaries.NAME.metrics.NAME<avg>.scale": [metric("mean", { scale: 3 })],
  "summaries.NAME.metrics.NAME<avg>.where": [metric("mean", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<stddev>.type": [metric("spread", { type: "stddev_pop" })],
  "summaries.NAME.metrics.NAME<stddev>.field": [metric("spread", { field: "extra" })],
  "summaries.NAME.metrics.NAME<stddev>.scale": [metric("spread", { scale: 3 })],
  "summaries.NAME.metrics.NAME<stddev>.where": [metric("spread", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<stddev_pop>.type": [metric("whole_spread", { type: "stddev" })],
  "summaries.NAME.metrics.NAME<stddev_pop>.field": [metric("whole_spread", { field: "extra" })],
  "summaries.NAME.metrics.NAME<stddev_pop>.scale": [metric("whole_spread", { scale: 3 })],
  "summaries.NAME.metrics.NAME<stddev_pop>.where": [
    metric("whole_spread", { where: "amount > 2" }),
  ],
  "summaries.NAME.metrics.NAME<first>.type": [metric("opening", { type: "last" })],
  "summaries.NAME.metrics.NAME<first>.field": [metric("opening", { field: "extra" })],
  "summaries.NAME.metrics.NAME<first>.scale": [metric("opening", { scale: 3 })],
  "summaries.NAME.metrics.NAME<first>.where": [metric("opening", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<last>.type": [metric("closing", { type: "first" })],
  "summaries.NAME.metrics.NAME<last>.field": [metric("closing", { field: "extra" })],
  "summaries.NAME.metrics.NAME<last>.scale": [metric("closing", { scale: 3 })],
  "summaries.NAME.metrics.NAME<last>.where": [metric("closing", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<hll|distinct>.type": [metric("users", { type: "distinct" })],
  "summaries.NAME.metrics.NAME<hll|distinct>.field": [metric("users", { field: "extra" })],
  "summaries.NAME.metrics.NAME<hll|distinct>.log2m": [metric("users", { log2m: 9 })],
  "summaries.NAME.metrics.NAME<hll|distinct>.regwidth": [metric("users", { regwidth: 6 })],
  "summaries.NAME.metrics.NAME<hll|distinct>.where": [metric("users", { where: "amount > 2" })],
  "summaries.NAME.metrics.NAME<derived>.type": [metric("share", { type: "derived" })],
  "summaries.NAME.metrics.NAME<derived>.expr": [metric("share", { expr: "n / clicks" })],
};
