// Mutants that the seeds of the simulation have to notice; its bundler puts them in. `npm run sim -- --mutants`
// tells how many seeds each of them survives.

import type { Mutant } from "./mutant.ts";

export const simulatedMutants: readonly Mutant[] = [
  {
    name: "what is merged already is merged again",
    file: "src/sink/store/embedded/submissions.ts",
    in: "Submissions.#decide",
    text: 'if (merged === "duplicate") return { kind: "duplicate", lines };',
    instead:
      'if (merged === "duplicate") return this.#queueNew(header, partial, bytes, bodyCrc32);',
  },
  {
    name: "acknowledged before it is written",
    file: "src/sink/store/embedded/log/group-commit.ts",
    in: "Committer.#loop",
    text: "if (!(await this.#write(group))) continue;",
    instead: "this.#steps.report(group);\n      if (!(await this.#write(group))) continue;",
  },
  {
    name: "the log is not synced",
    file: "src/sink/store/embedded/log/wal-writer.ts",
    in: "WalWriter.#write",
    text: '      await file.datasync();\n      failPoint("sink.wal.synced");',
    instead: "",
  },
  {
    name: "ranges are missing from the ledger",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    in: "Books.enter",
    text: "this.ledger.add(merged);",
    instead: "if (merged.range.from === 0) this.ledger.add(merged);",
  },
  {
    name: "nothing goes out again",
    file: "src/ventilator/delivery/core/flight.ts",
    in: "Flight.#redeliver",
    text: '    this.#entries.move(entry, "waiting");\n    return [{ type: "redeliver"',
    instead: '    return [{ type: "redeliver"',
  },
  {
    name: "the log is deleted before the manifest is replaced",
    file: "src/sink/store/embedded/memory/flusher.ts",
    in: "Flusher.#write",
    text: "    try {\n      await manifest.replace(",
    instead:
      "    await this.#deleteLog(walFirstBefore, walFirst);\n    try {\n      await manifest.replace(",
  },
  {
    // Each of the two guards for the other, so they are broken together.
    name: "acknowledgements of any store and session count",
    file: "src/ventilator/delivery/core/flight.ts",
    in: "Flight.#ack",
    text: '    if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];\n    }',
    instead: "",
  },
  {
    name: "a line is said to be dead before its letter is durable",
    file: "src/ventilator/dead-letter/letter-file.ts",
    in: "LetterFile.#tryToAdd",
    text: "await this.#file.sync();",
    instead: "",
  },
  {
    name: "the name of the file of letters is not synced",
    file: "src/ventilator/dead-letter/letter-file.ts",
    in: "LetterFile.#open",
    text: "await syncFolder(this.folder);",
    instead: "",
  },
  {
    name: "a dead line is missing from the balance sheet",
    file: "src/sink/store/embedded/submissions.ts",
    in: "deadLinePartial",
    text: "source: isForBalance(summaries) ? line : null",
    instead: "source: null",
  },
  {
    name: "the manifest is renamed before it is synced",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.#writeDraft",
    text: "await file.datasync();",
    instead: "",
  },
  {
    name: "the name of the manifest is not synced",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.#replace",
    text: "await this.#files.syncDirectory(this.#directory);",
    instead: "",
  },
  {
    name: "segments are not synced",
    file: "src/sink/store/embedded/segment/segment-writer.ts",
    in: "SegmentWriter.finish",
    text: "await this.#file.datasync();",
    instead: "",
  },
  {
    name: "what was acknowledged since the question is not left out",
    file: "src/ventilator/planning/work-planner.ts",
    in: "Planning.released",
    text: "this.#released?.push(header);",
    instead: "",
  },
  {
    name: "a content in flight gets a second name",
    file: "src/ventilator/planning/work-planner.ts",
    in: "Snapshot.known",
    text: "withFlight(this.view.sources(), this.#onTheirWay())",
    instead: "this.view.sources()",
  },
  {
    name: "copies of a file that was replaced are forgotten",
    file: "src/ventilator/source/file/catalog.ts",
    in: "Catalog.#forget",
    text: "file.forget(facts);\n    if (id !== undefined) this.#forgetCopies(id);",
    instead: "file.forget(facts);",
  },
  {
    name: "a lost question is not asked again",
    file: "src/ventilator/sink-link/core/sink-link.ts",
    in: "SinkLink.#tick",
    text: "if (isLate(this.#finish)) actions.push(...this.#sendFinish(nowMs));",
    instead: "",
  },
  {
    name: "a damaged message keeps its credit",
    file: "src/ventilator/delivery/worker-session.ts",
    in: "WorkerSession.constructor",
    text: 'this.#on({ type: "garbled", peer });',
    instead: "",
  },
  {
    name: "a worker that reconnects keeps what it had",
    file: "src/ventilator/delivery/core/credit.ts",
    in: "Credit.#hello",
    text: 'const actions: CreditAction[] = known === undefined ? [] : this.#lose(known, "reconnect");',
    instead: "const actions: CreditAction[] = [];",
  },
  {
    name: "another store is greeted by the session of the one before",
    file: "src/ventilator/sink-link/core/sink-link.ts",
    in: "SinkLink.#hello",
    text: "const greeting = isOtherStore ? [] : this.#greet(peer, nowMs);",
    instead: "const greeting = this.#greet(peer, nowMs);",
  },
  {
    name: "a new incarnation is not asked for its ledger",
    file: "src/ventilator/delivery/core/flight.ts",
    in: "Flight.#reconcile",
    text: 'return isLost ? this.#redeliver(entry, "sink_changed") : [];',
    instead: "return [];",
  },
];
