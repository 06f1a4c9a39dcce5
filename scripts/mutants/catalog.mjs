// The mutants: what is broken on purpose, where, and which tests must notice. `text` has to be found
// exactly once in the file, so that a mutant can not outlive the code that it breaks.

/**
 * @typedef {object} Mutant
 * @property {string} name what is wrong in words
 * @property {string} file below the root
 * @property {string} text
 * @property {string} replacement
 * @property {readonly string[]} tests of which at least one has to fail
 * @property {{ text: string, replacement: string }} [also] a second place of the same file
 * @property {boolean} [isKernel] the WebAssembly kernel has to be built
 */

const flight = ["test/unit/ventilator/core/flight.test.ts"];
const credit = ["test/unit/ventilator/core/credit.test.ts"];
const store = ["test/unit/sink/store/store.test.ts", "test/property/sink/store-chaos.test.ts"];
const crash = ["test/property/sink/store-crash.test.ts", "test/unit/sink/store/flushing.test.ts"];
const damage = ["test/property/sink/store-damage.test.ts", "test/unit/sink/store/wal.test.ts"];
const ledger = ["test/property/sink/ledger.property.test.ts"];
const tables = ["test/property/table.property.test.ts", "test/property/sketches.property.test.ts"];
const summaries = [
  "test/property/summarise.property.test.ts",
  "test/unit/worker/core/summarise.test.ts",
];

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: "no dedupe: what is merged already is merged again",
    file: "src/sink/core/ledger.ts",
    text: 'return contained === summaries.length ? "duplicate" : "overlap";',
    replacement: 'return contained === summaries.length ? "new" : "overlap";',
    tests: [...ledger, ...store],
  },
  {
    name: "a partial that overlaps in part is merged",
    file: "src/sink/core/ledger.ts",
    text: 'return contained === summaries.length ? "duplicate" : "overlap";',
    replacement: 'return contained === summaries.length ? "duplicate" : "new";',
    tests: [...ledger, ...store],
  },
  {
    name: "no dedupe among what waits for the same commit",
    file: "src/sink/store/submissions.ts",
    text: "const queued = this.#pending.verdict(identity.id, summaries, from, to);",
    replacement: 'const queued = "new" as string;',
    tests: store,
  },
  {
    name: "the range is missing from the ledger",
    file: "src/sink/core/books.ts",
    text: "this.ledger.add(merged);",
    replacement: "",
    tests: store,
  },
  {
    name: "the balance is not kept",
    file: "src/sink/core/books.ts",
    text: "this.balance.set(merged.source, addBalance(this.balance.get(merged.source), balance));",
    replacement: "this.balance.set(merged.source, balance);",
    tests: store,
  },
  {
    name: "acknowledged before anything is written",
    file: "src/sink/store/committer.ts",
    text: "for (let attempt = 0; records.length > 0; attempt += 1) {",
    replacement:
      "this.#steps.report(group);\n    for (let attempt = 0; records.length > 0; attempt += 1) {",
    tests: crash,
  },
  {
    name: "acknowledged without fsync",
    file: "src/sink/store/wal-writer.ts",
    text: "// success for bytes that are not on the disk.\n      await file.datasync();",
    replacement: "// success for bytes that are not on the disk.",
    tests: crash,
  },
  {
    name: "an fsync that failed is ignored",
    file: "src/sink/store/wal-writer.ts",
    text: 'throw diskError(error, "syncing", path);\n    }\n    this.#bytesWritten',
    replacement: "void diskError;\n    }\n    this.#bytesWritten",
    tests: ["test/unit/sink/store/disk-faults.test.ts", ...crash],
  },
  {
    name: "the log is deleted before the manifest that replaces it is durable",
    file: "src/sink/store/flusher.ts",
    text: "const { walFirst: walFirstBefore } = manifest.current;",
    replacement:
      "const { walFirst: walFirstBefore } = manifest.current;\n    await this.#deleteLog(walFirstBefore, walFirst);",
    also: {
      text: "this.#bytesWritten += segment?.bytes ?? 0;\n    await this.#deleteLog(walFirstBefore, walFirst);",
      replacement: "this.#bytesWritten += segment?.bytes ?? 0;",
    },
    tests: crash,
  },
  {
    name: "the manifest's draft is renamed before it is synced",
    file: "src/sink/store/manifest-file.ts",
    text: "await file.datasync();",
    replacement: "",
    tests: crash,
  },
  {
    name: "the folder is not synced after the manifest was renamed",
    file: "src/sink/store/manifest-file.ts",
    text: "await this.#files.syncDirectory(this.#directory);",
    replacement: "",
    tests: crash,
  },
  {
    name: "the folder is not synced after a log file was made",
    file: "src/sink/store/wal-writer.ts",
    text: "await files.syncDirectory(directory);",
    replacement: "",
    tests: crash,
  },
  {
    name: "a segment is not synced before the manifest names it",
    file: "src/sink/store/segment-writer.ts",
    text: "await this.#file.datasync();",
    replacement: "",
    tests: crash,
  },
  {
    name: "the torn tail of the log is not cut",
    file: "src/sink/store/wal-writer.ts",
    text: "if ((await file.size()) !== end) await file.truncate(end);",
    replacement: "",
    tests: [...crash, ...damage],
  },
  {
    name: "damage in the middle of the log is taken for its end",
    file: "src/sink/store/wal-replay.ts",
    text: "if (laterGroupFollows(bytes, at, headerCrc32)) {",
    replacement: "if (at < 0) {",
    tests: damage,
  },
  {
    name: "a log record's checksum is not looked at",
    file: "src/sink/store/wal-record.ts",
    text: "if (crc32(body) !== bodyCrc32) return null;",
    replacement: "",
    tests: damage,
  },
  {
    name: "a segment block's checksum is not looked at",
    file: "src/sink/store/segment-block.ts",
    text: "if (block.readUInt32LE(12) !== crc32(packed, crc32(block.subarray(0, 12)))) {",
    replacement: "if (block.length === 0) {",
    tests: damage,
  },
  {
    name: "the manifest's checksum is not looked at",
    file: "src/sink/store/manifest.ts",
    text: "if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {",
    replacement: "if (end < 0) {",
    tests: damage,
  },
  {
    name: "a batch's checksum is not looked at by the worker",
    file: "src/worker/batch-runner.ts",
    text: "if (crc32(payload) !== task.payloadCrc32) {",
    replacement: "if (payload.length < 0) {",
    tests: ["test/unit/worker/batch-runner.test.ts"],
  },
  {
    name: "a partial's checksum is not looked at by the sink",
    file: "src/sink/store/submissions.ts",
    text: 'if (crc32(bytes) !== bodyCrc32) return { kind: "checksum" };',
    replacement: "",
    tests: store,
  },
  {
    name: "a message's checksum is not looked at",
    file: "src/shared/protocol/codec-frame.ts",
    text: "if (body.u32() !== head.length || body.u32() !== checksum(head)) {",
    replacement: "if (body.u32() !== head.length || body.u32() + checksum(head) < 0) {",
    tests: ["test/property/protocol.property.test.ts", "test/unit/shared/protocol/codec.test.ts"],
  },
  {
    name: "the batches of a lost worker are not sent again",
    file: "src/ventilator/core/flight.ts",
    text: 'holder === worker && (state === "assigned" || (state === "done" && isFault)),',
    replacement: 'holder === worker && state === "given_up" && isFault,',
    tests: flight,
  },
  {
    name: "what a former sink had not made durable is not sent again",
    file: "src/ventilator/core/flight.ts",
    text: 'const isLost = entry.state === "done" && entry.sinkNumber < this.#sinkNumber;',
    replacement: "const isLost = entry.sinkNumber < 0;",
    tests: flight,
  },
  {
    name: "re-sends after a timeout are not bounded",
    file: "src/ventilator/core/flight.ts",
    text: "if (!this.#budget.spend(nowMs)) break;",
    replacement: "",
    tests: flight,
  },
  {
    name: "an acknowledgement of another store counts",
    file: "src/ventilator/core/flight.ts",
    text: 'if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    replacement:
      'if (event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    tests: flight,
  },
  {
    name: "an acknowledgement of another session counts",
    file: "src/ventilator/core/flight.ts",
    text: 'if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    replacement:
      'if (event.store !== this.#store) {\n      return [{ type: "ignored", what: "ack" }];',
    tests: flight,
  },
  {
    name: "a batch's tag is not looked at",
    file: "src/sink/intake.ts",
    text: "if (!hasBatchTag(admission.session.tagKey, header)) {",
    replacement: "if (header.batch < 0 && !hasBatchTag(admission.session.tagKey, header)) {",
    tests: ["test/integration/sink-forgery.test.ts"],
  },
  {
    name: "the overflow row gets what stays, too",
    file: "src/shared/table/capped-table.ts",
    text: "else this.#overflow.addRows(frame, this.#maxRows);",
    replacement: "this.#overflow.addRows(frame, this.#maxRows);",
    tests: ["test/property/capped-table.property.test.ts"],
  },
  {
    name: "a partial of an unknown session is merged",
    file: "src/sink/core/sessions.ts",
    text: "const session = this.#bySession.get(header.session);",
    replacement:
      "const session = this.#bySession.get(header.session) ?? [...this.#bySession.values()][0];",
    tests: ["test/unit/sink/core/sessions.test.ts"],
  },
  {
    name: "the flight has no bound",
    file: "src/ventilator/core/flight.ts",
    text: "if (this.#entries.size === 0) return true;",
    replacement: "if (this.#entries.size >= 0) return true;",
    tests: flight,
  },
  {
    name: "a worker's credit is not given back",
    file: "src/ventilator/core/credit.ts",
    text: "if (index >= 0) worker.batches.splice(index, 1);",
    replacement: "",
    tests: credit,
  },
  {
    name: "a silent worker is never given up",
    file: "src/ventilator/core/credit.ts",
    text: "const isSilent = nowMs - worker.heardMs > this.#limits.lostAfterMs;",
    replacement: "const isSilent = nowMs < 0;",
    tests: credit,
  },
  {
    name: "the sink's ledger is not asked for when it has changed",
    file: "src/ventilator/core/sink-link.ts",
    text: "...this.#adopt(peer, nowMs),\n      ...this.#askLedger(nowMs),",
    replacement: "...this.#adopt(peer, nowMs),",
    tests: ["test/unit/ventilator/core/sink-link.test.ts"],
  },
  {
    name: "a worker keeps state between two batches",
    file: "src/worker/core/summarise.ts",
    text: "  kernel.reset();\n",
    replacement: "",
    tests: summaries,
  },
  {
    name: "a worker never dials a dead line to the sink anew",
    file: "src/worker/results-line.ts",
    text: "this.#push.redial();",
    replacement: "",
    tests: ["test/integration/worker.test.ts"],
  },
  {
    name: "sketches are merged by adding",
    file: "src/shared/kernel/assembly/merge-sketches.ts",
    text: "i8x16.max_u(mine, v128.load(at + offset))",
    replacement: "i8x16.add(mine, v128.load(at + offset))",
    tests: tables,
    isKernel: true,
  },
  {
    name: "sums are cut to 64 bits",
    file: "src/shared/kernel/assembly/aggregate.ts",
    text: "store<i64>(cell, load<i64>(cell, 8) + high + i64(sum < low), 8);",
    replacement: "store<i64>(cell, i64(sum) >> 63, 8);",
    tests: [...tables, ...summaries],
    isKernel: true,
  },
];
