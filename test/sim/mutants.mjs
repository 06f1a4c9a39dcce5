// Ways to break logmill, each of which the seeds of the simulation have to notice. A mutant is a piece
// of text of one source file and what stands there instead; the bundler puts it in, so that no file
// is touched. `npm run sim -- --mutants` tells how many seeds each of them survives.

/**
 * @typedef {object} Mutant
 * @property {string} name what is broken
 * @property {string} file below src/
 * @property {string} text occurs once in the file
 * @property {string} instead
 */

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: "what is merged already is merged again",
    file: "sink/store/embedded/submissions.ts",
    text: 'if (merged === "duplicate") return { kind: "duplicate", lines };',
    instead:
      'if (merged === "duplicate") return this.#queueNew(header, partial, bytes, bodyCrc32);',
  },
  {
    name: "acknowledged before it is written",
    file: "sink/store/embedded/log/group-commit.ts",
    text: "if (!(await this.#write(group))) continue;",
    instead: "this.#steps.report(group);\n      if (!(await this.#write(group))) continue;",
  },
  {
    name: "the log is not synced",
    file: "sink/store/embedded/log/wal-writer.ts",
    text: '      await file.datasync();\n      failPoint("sink.wal.synced");',
    instead: "",
  },
  {
    name: "ranges are missing from the ledger",
    file: "sink/store/embedded/ledger/catalog.ts",
    text: "this.ledger.add(merged);",
    instead: "if (merged.range.from === 0) this.ledger.add(merged);",
  },
  {
    name: "nothing goes out again",
    file: "ventilator/delivery/core/flight.ts",
    text: '    this.#entries.move(entry, "waiting");\n    return [{ type: "redeliver"',
    instead: '    return [{ type: "redeliver"',
  },
  {
    name: "the log is deleted before the manifest is replaced",
    file: "sink/store/embedded/memory/flusher.ts",
    text: "    try {\n      await manifest.replace(",
    instead:
      "    await this.#deleteLog(walFirstBefore, walFirst);\n    try {\n      await manifest.replace(",
  },
  {
    // Each of the two guards for the other, so they are broken together.
    name: "acknowledgements of any store and session count",
    file: "ventilator/delivery/core/flight.ts",
    text: '    if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];\n    }',
    instead: "",
  },
  {
    name: "a line is said to be dead before its letter is durable",
    file: "ventilator/dead-letter/letter-file.ts",
    text: "await this.#file.sync();",
    instead: "",
  },
  {
    name: "the name of the file of letters is not synced",
    file: "ventilator/dead-letter/letter-file.ts",
    text: "await syncFolder(this.folder);",
    instead: "",
  },
  {
    name: "a dead line is missing from the balance sheet",
    file: "sink/store/embedded/submissions.ts",
    text: "source: isForBalance(summaries) ? line : null",
    instead: "source: null",
  },
  {
    name: "the manifest is renamed before it is synced",
    file: "sink/store/embedded/manifest/manifest-file.ts",
    text: "await file.datasync();",
    instead: "",
  },
  {
    name: "the name of the manifest is not synced",
    file: "sink/store/embedded/manifest/manifest-file.ts",
    text: "await this.#files.syncDirectory(this.#directory);",
    instead: "",
  },
  {
    name: "segments are not synced",
    file: "sink/store/embedded/segment/segment-writer.ts",
    text: "await this.#file.datasync();",
    instead: "",
  },
  {
    name: "what was acknowledged since the question is not left out",
    file: "ventilator/planning/work-planner.ts",
    text: "this.#released?.push(header);",
    instead: "",
  },
  {
    name: "a content in flight gets a second name",
    file: "ventilator/planning/work-planner.ts",
    text: "withFlight(this.view.sources(), this.#onTheirWay())",
    instead: "this.view.sources()",
  },
  {
    name: "copies of a file that was replaced are forgotten",
    file: "ventilator/source/file/catalog.ts",
    text: "file.forget(facts);\n    if (id !== undefined) this.#forgetCopies(id);",
    instead: "file.forget(facts);",
  },
  {
    name: "a lost question is not asked again",
    file: "ventilator/sink-link/core/sink-link.ts",
    text: "if (isLate(this.#finish)) actions.push(...this.#sendFinish(nowMs));",
    instead: "",
  },
  {
    name: "a damaged message keeps its credit",
    file: "ventilator/delivery/worker-session.ts",
    text: 'this.#on({ type: "garbled", peer });',
    instead: "",
  },
  {
    name: "a worker that reconnects keeps what it had",
    file: "ventilator/delivery/core/credit.ts",
    text: 'const actions: CreditAction[] = known === undefined ? [] : this.#lose(known, "reconnect");',
    instead: "const actions: CreditAction[] = [];",
  },
  {
    name: "another store is greeted by the session of the one before",
    file: "ventilator/sink-link/core/sink-link.ts",
    text: "const greeting = isOtherStore ? [] : this.#greet(peer, nowMs);",
    instead: "const greeting = this.#greet(peer, nowMs);",
  },
  {
    name: "a new incarnation is not asked for its ledger",
    file: "ventilator/delivery/core/flight.ts",
    text: 'return isLost ? this.#redeliver(entry, "sink_changed") : [];',
    instead: "return [];",
  },
];
