// How the options of outputs are changed between two runs, see `changed-options.test.ts`. None of them changes what
// a store holds.

import type { Change } from "./changed-syslog.ts";
import type { ConfigValue } from "./store-runs.ts";

const output =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.outputs.files, options);

/** Its other options have to fit the summary that it names. */
const redis =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.outputs, {
      live: { type: "redis", summaries: ["hits"], endpoints: ["redis://h"], ...options },
    });
const key = "{bucket}:{status}";
const string = { key, value: "n" };

export const outputChanges: Readonly<Record<string, readonly Change[]>> = {
  "outputs.NAME<csv>.type": [],
  "outputs.NAME<csv>.summaries": [output({ summaries: ["hits"] })],
  "outputs.NAME<csv>.path": [output({ path: "elsewhere/{summary}/{bucket}.csv" })],
  "outputs.NAME<csv>.bucket": [output({ bucket: true })],
  "outputs.NAME<jsonl>.type": [output({ type: "jsonl" })],
  "outputs.NAME<jsonl>.summaries": [output({ type: "jsonl", summaries: ["hits"] })],
  "outputs.NAME<jsonl>.path": [output({ type: "jsonl", path: "{summary}/{bucket}.jsonl" })],
  "outputs.NAME<csv>.bounds": [output({ bounds: true })],
  "outputs.NAME<redis>.type": [redis({ string })],
  "outputs.NAME<redis>.summaries": [redis({ string, summaries: ["hits"] })],
  "outputs.NAME<redis>.endpoints": [redis({ string, endpoints: ["rediss://u@h:1/2"] })],
  "outputs.NAME<redis>.password_file": [redis({ string, password_file: "secret" })],
  "outputs.NAME<redis>.ca_file": [redis({ string, ca_file: "authority.pem" })],
  "outputs.NAME<redis>.zset.key": [redis({ zset: { key, member: "{status}", score: "n" } })],
  "outputs.NAME<redis>.zset.member": [
    redis({ zset: { key: "{bucket}", member: "s{status}", score: "n" } }),
  ],
  "outputs.NAME<redis>.zset.score": [
    redis({ zset: { key: "{bucket}", member: "{status}", score: "bytes" } }),
  ],
  "outputs.NAME<redis>.hash.key": [redis({ hash: { key } })],
  "outputs.NAME<redis>.hash.bounds": [redis({ hash: { key, bounds: true } })],
  "outputs.NAME<redis>.string.key": [redis({ string: { key: "n:{bucket}", value: "n" } })],
  "outputs.NAME<redis>.string.value": [redis({ string: { key, value: "bytes" } })],
  "outputs.NAME<redis>.pipeline": [redis({ string, pipeline: 1 })],
  "outputs.NAME<redis>.ttl": [redis({ string, ttl: "24h" })],
};
