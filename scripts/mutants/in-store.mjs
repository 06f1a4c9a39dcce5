// Mutants of what makes a count durable, once: ledger, log, manifest, segments.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const store = [
  "test/unit/sink/store/embedded/embedded-store.test.ts",
  "test/property/sink/store-chaos.test.ts",
];
const crash = ["test/property/sink/store-crash.test.ts", "test/unit/sink/store/flushing.test.ts"];
const damage = ["test/property/sink/store-damage.test.ts", "test/unit/sink/store/wal.test.ts"];
const ledger = ["test/property/sink/ledger.property.test.ts"];
const meaning = [
  "test/unit/sink/store/embedded/changed-meaning.test.ts",
  "test/property/changed-options.test.ts",
];

/** @type {readonly Mutant[]} */
export const inStore = [
  {
    name: "no dedupe: what is merged already is merged again",
    file: "src/sink/store/embedded/ledger/ledger.ts",
    text: 'return contained === summaries.length ? "duplicate" : "overlap";',
    replacement: 'return contained === summaries.length ? "new" : "overlap";',
    tests: [...ledger, ...store],
  },
  {
    name: "a summary's sheet is that of the newest batch",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    text: "{ ...addSummarySheets(before, sheet), bytesBefore }",
    replacement: "{ ...sheet, bytesBefore }",
    tests: meaning,
  },
  {
    name: "a changed format is in no definition",
    file: "src/sink/store/embedded/manifest/reconcile.ts",
    text: 'if (text !== "") changes.push({ source, text: `of source ${source}, ${text}` });',
    replacement: 'if (text === "") changes.push({ source, text: `of source ${source}, ${text}` });',
    tests: meaning,
  },
  {
    name: "a source that is taken away leaves its rows without a word",
    file: "src/sink/store/embedded/manifest/reconcile.ts",
    text: "if (!now.from.includes(source))\n      changes.push",
    replacement: "if (now.from.length === 0)\n      changes.push",
    tests: meaning,
  },
  {
    name: "what was rejected under another format stays read",
    file: "src/sink/store/embedded/change-meaning.ts",
    text: "for (const { key, source } of forget) parts.books.forget(key, source);",
    replacement: 'for (const { source } of forget) parts.books.forget("", source);',
    tests: meaning,
  },
  {
    name: "rows that were counted under another definition are forgotten unasked",
    file: "src/sink/store/embedded/manifest/reconcile.ts",
    text: "if (counted.length > 0) throw definitionChanged(definition.name, counted);",
    replacement: "if (counted.length > 9) throw definitionChanged(definition.name, counted);",
    tests: meaning,
  },
  {
    name: "a source's sheet keeps what another format made of its lines",
    file: "src/sink/store/embedded/manifest/reconcile.ts",
    text: "forget.push({ key: balanceKey, source }, { key: deadLetterKey, source });",
    replacement: "forget.push({ key: deadLetterKey, source });",
    tests: meaning,
  },
  {
    name: "an adopted summary is read again from the start",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    text: "    this.ledger.rename(before, now);\n",
    replacement: "",
    tests: meaning,
  },
  {
    name: "a partial that overlaps in part is merged",
    file: "src/sink/store/embedded/ledger/ledger.ts",
    text: 'return contained === summaries.length ? "duplicate" : "overlap";',
    replacement: 'return contained === summaries.length ? "duplicate" : "new";',
    tests: [...ledger, ...store],
  },
  {
    name: "no dedupe among what waits for the same commit",
    file: "src/sink/store/embedded/submissions.ts",
    text: "const queued = this.#pending.verdict(identity.id, summaries, from, to);",
    replacement: 'const queued = "new" as string;',
    tests: store,
  },
  {
    name: "the range is missing from the ledger",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    text: "this.ledger.add(merged);",
    replacement: "",
    tests: store,
  },
  {
    name: "the balance is not kept",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    text: "this.sources.set(source, addSourceSheets(sheet, partial.source));",
    replacement: "this.sources.set(source, partial.source);",
    tests: store,
  },
  {
    name: "acknowledged before anything is written",
    file: "src/sink/store/embedded/log/group-commit.ts",
    text: "for (let attempt = 0; records.length > 0; attempt += 1) {",
    replacement:
      "this.#steps.report(group);\n    for (let attempt = 0; records.length > 0; attempt += 1) {",
    tests: crash,
  },
  {
    name: "damage to the last group of an idle log is taken for a group that was never acknowledged",
    file: "src/sink/store/embedded/load.ts",
    text: "commitPoint.position,",
    replacement: "null,",
    tests: damage,
  },
  {
    name: "a log that falls idle is not noted as acknowledged",
    file: "src/sink/store/embedded/log/commit-point-keeper.ts",
    text: "if (signal.aborted) return;",
    replacement: "return;",
    tests: store,
  },
  {
    name: "frames of long keys are as long as frames of short ones",
    file: "src/shared/table/table.ts",
    text: "const count = exports.sortCut(view, from, fitting, keyBytesMax) >>> 0;",
    replacement: "const count = fitting;",
    tests: ["test/property/table.property.test.ts", "test/property/merge-sorted.property.test.ts"],
  },
  {
    name: "a frame that may still grow is handed out by a merge",
    file: "src/shared/table/table.ts",
    text: "isFull: from < rows || count === rowsPerFrame",
    replacement: "isFull: true",
    tests: ["test/property/merge-sorted.property.test.ts"],
  },
  {
    name: "a partial of many tables is checked at one go",
    file: "src/sink/store/embedded/submissions.ts",
    text: "if (slice.isOver) await slice.next();",
    replacement: "",
    tests: ["test/unit/sink/store/flushing.test.ts"],
  },
  {
    name: "a batch of many tables is merged at one go",
    file: "src/sink/store/embedded/log/group-commit.ts",
    text: "if (slice.isOver) await slice.next();",
    replacement: ";",
    tests: ["test/unit/sink/store/flushing.test.ts"],
  },
  {
    name: "every small table is a write of its own",
    file: "src/sink/store/embedded/segment/segment-writer.ts",
    text: "if (this.#chunkBytes >= writeBytesMin) await this.#write();",
    replacement: "await this.#write();",
    tests: ["test/unit/sink/store/flushing.test.ts"],
  },
  {
    name: "acknowledged without fsync",
    file: "src/sink/store/embedded/log/wal-writer.ts",
    text: "// success for bytes that are not on the disk.\n      await file.datasync();",
    replacement: "// success for bytes that are not on the disk.",
    tests: crash,
  },
  {
    name: "an fsync that failed is ignored",
    file: "src/sink/store/embedded/log/wal-writer.ts",
    text: 'throw diskError(error, "syncing", path);\n    }\n    this.#bytesWritten',
    replacement: "void diskError;\n    }\n    this.#bytesWritten",
    tests: ["test/unit/sink/store/disk-faults.test.ts", ...crash],
  },
  {
    name: "the log is deleted before the manifest that replaces it is durable",
    file: "src/sink/store/embedded/memory/flusher.ts",
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
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    text: "await file.datasync();",
    replacement: "",
    tests: crash,
  },
  {
    name: "the folder is not synced after the manifest was renamed",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    text: "await this.#files.syncDirectory(this.#directory);",
    replacement: "",
    tests: crash,
  },
  {
    name: "the folder is not synced after a log file was made",
    file: "src/sink/store/embedded/log/wal-writer.ts",
    text: "await files.syncDirectory(directory);",
    replacement: "",
    tests: crash,
  },
  {
    name: "a segment is not synced before the manifest names it",
    file: "src/sink/store/embedded/segment/segment-writer.ts",
    text: "await this.#file.datasync();",
    replacement: "",
    tests: crash,
  },
  {
    name: "the torn tail of the log is not cut",
    file: "src/sink/store/embedded/log/wal-writer.ts",
    text: "if ((await file.size()) !== end) await file.truncate(end);",
    replacement: "",
    tests: [...crash, ...damage],
  },
  {
    name: "damage in the middle of the log is taken for its end",
    file: "src/sink/store/embedded/log/wal-replay.ts",
    text: "laterGroupFollows(bytes, at, headerCrc32)) {",
    replacement: "at < 0) {",
    tests: damage,
  },
  {
    name: "a log record's checksum is not looked at",
    file: "src/sink/store/embedded/log/wal-record.ts",
    text: "if (crc32(body) !== bodyCrc32) return null;",
    replacement: "",
    tests: damage,
  },
  {
    name: "a segment block's checksum is not looked at",
    file: "src/sink/store/embedded/segment/segment-block.ts",
    text: "if (block.readUInt32LE(12) !== crc32(packed, crc32(block.subarray(0, 12)))) {",
    replacement: "if (block.length === 0) {",
    tests: damage,
  },
  {
    name: "the manifest's checksum is not looked at",
    file: "src/sink/store/embedded/manifest/manifest.ts",
    text: "if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {",
    replacement: "if (end < 0) {",
    tests: damage,
  },
];
