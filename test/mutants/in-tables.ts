// Mutants of tables that values are looked up in, of their way to workers, and of pools.

import type { TestedMutant } from "./catalog.ts";

const kernel = "src/shared/kernel/assembly/range-table.ts";
const fetch = "src/worker/core/table-fetch.ts";
const geoip = ["test/property/geoip.property.test.ts"];
const lookups = ["test/property/lookups.property.test.ts"];
const fetching = ["test/unit/worker/core/table-fetch.test.ts"];
const credit = ["test/unit/ventilator/delivery/core/credit.test.ts"];
const delivery = [...credit, "test/property/ventilator/delivery.property.test.ts"];
const configured = ["test/unit/shared/config/lookups.test.ts"];

export const inTables: readonly TestedMutant[] = [
  {
    name: "the first address of a range is of the range before",
    file: kernel,
    in: "textOf4",
    text: "load<u32>(starts + (middle << 2)) <= address",
    instead: "load<u32>(starts + (middle << 2)) < address",
    tests: geoip,
  },
  {
    name: "the low half of an address of IPv6 does not count",
    file: kernel,
    in: "textOf6",
    text: "load<u64>(start, 8) <= lower",
    instead: "load<u64>(start, 8) >= 0",
    tests: geoip,
  },
  {
    name: "IPv4 that is written as IPv6 is another address",
    file: kernel,
    in: "textOf",
    text: "if (!isMapped()) return",
    instead: "if (zoneFrom == to) return",
    tests: geoip,
  },
  {
    name: "an address of a single link is one of the world",
    file: kernel,
    in: "textOf",
    text: "|| zoneFrom != to",
    instead: "",
    tests: geoip,
  },
  {
    name: "a database of IPv4 alone answers for what other networks embed",
    file: "src/shared/lookup/address-database.ts",
    in: "Walk.#visit",
    text: "this.#builder.embeds(this.#range, depth);",
    instead: 'this.#builder.from(this.#range, "");',
    tests: geoip,
  },
  {
    name: "the index of a table ends a range too early",
    file: "src/shared/lookup/range-table.ts",
    in: "indexOf",
    text: "index[layout.rangeIndexLength - 1] = last;",
    instead: "index[layout.rangeIndexLength - 1] = range > 0 ? last - 1 : last;",
    tests: geoip,
  },
  {
    name: "what is reserved is given out again",
    file: "src/shared/kernel/assembly/memory.ts",
    in: "reserve",
    text: "bottom = end;",
    instead: "",
    tests: lookups,
  },
  {
    name: "a key that a table has not finds its neighbour",
    file: "src/shared/lookup/row-table.ts",
    in: "RowTable.get",
    text: "if (order === 0) return",
    instead: "if (order >= 0) return",
    tests: lookups,
  },
  {
    name: "of a key that is there twice the last line counts",
    file: "src/shared/lookup/row-table.ts",
    in: "compileRows",
    text: "if (before !== undefined) {",
    instead: "if (before === null) {",
    tests: configured,
  },
  {
    name: "a file that has changed since the configuration was read is used",
    file: "src/shared/lookup/table-source.ts",
    in: "makeTables",
    text: "if (read.file !== file) {",
    instead: "if (read.file === path) {",
    tests: configured,
  },
  {
    name: "a table is used whatever its checksum is",
    file: fetch,
    in: "TableFetch.#arrived",
    text: "this.#sha256(bytes) === info.sha256",
    instead: "bytes.length === info.bytes",
    tests: fetching,
  },
  {
    name: "a piece is taken wherever it belongs",
    file: fetch,
    in: "TableFetch.piece",
    text: "|| from !== arriving.have",
    instead: "",
    tests: fetching,
  },
  {
    name: "a worker takes tables of any size",
    file: fetch,
    in: "TableFetch.begin",
    text: "bytes > limits.tablesBytesMax",
    instead: "bytes < 0",
    tests: fetching,
  },
  {
    name: "a worker gets batches before it has its tables",
    file: "src/ventilator/delivery/core/credit.ts",
    in: "freeOf",
    text: "worker.isPreparing ||",
    instead: "",
    tests: delivery,
  },
  {
    name: "an idle worker gets batches of any pool",
    file: "src/ventilator/delivery/core/credit.ts",
    in: "Credit.pick",
    text: "if (worker.pool !== pool) continue;",
    instead: "",
    tests: delivery,
  },
];
