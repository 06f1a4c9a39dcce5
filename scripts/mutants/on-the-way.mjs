// Mutants of the way to the store: protocol, flight, credit, sessions, workers and their kernel.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const flight = ["test/unit/ventilator/delivery/core/flight.test.ts"];
const credit = ["test/unit/ventilator/delivery/core/credit.test.ts"];
const store = [
  "test/unit/sink/store/embedded/embedded-store.test.ts",
  "test/property/sink/store-chaos.test.ts",
];
const tables = ["test/property/table.property.test.ts", "test/property/sketches.property.test.ts"];
const summaries = [
  "test/property/summarise.property.test.ts",
  "test/unit/worker/core/summarise.test.ts",
];

/** @type {readonly Mutant[]} */
export const onTheWay = [
  {
    name: "a batch's checksum is not looked at by the worker",
    file: "src/worker/batch-runner.ts",
    text: "if (crc32(payload) !== task.payloadCrc32) {",
    replacement: "if (payload.length < 0) {",
    tests: ["test/unit/worker/batch-runner.test.ts"],
  },
  {
    name: "a partial's checksum is not looked at by the sink",
    file: "src/sink/store/embedded/submissions.ts",
    text: 'if (crc32(bytes) !== bodyCrc32) return { kind: "checksum" };',
    replacement: "",
    tests: store,
  },
  {
    name: "a message's checksum is not looked at",
    file: "src/shared/protocol/codec-frame.ts",
    text: "if (bytes.readUInt32BE(checksumOffset) !== checksumWithout(bytes, checksumOffset)) {",
    replacement: "if (bytes.readUInt32BE(checksumOffset) + checksumWithout(bytes, 3) < 0) {",
    tests: ["test/property/protocol.property.test.ts", "test/unit/shared/protocol/codec.test.ts"],
  },
  {
    name: "the batches of a lost worker are not sent again",
    file: "src/ventilator/delivery/core/flight.ts",
    text: 'holder === worker && (state === "assigned" || (state === "done" && isFault)),',
    replacement: 'holder === worker && state === "given_up" && isFault,',
    tests: flight,
  },
  {
    name: "what a former sink had not made durable is not sent again",
    file: "src/ventilator/delivery/core/flight.ts",
    text: 'const isLost = entry.state === "done" && entry.sinkNumber < this.#sinkNumber;',
    replacement: "const isLost = entry.sinkNumber < 0;",
    tests: flight,
  },
  {
    name: "re-sends after a timeout are not bounded",
    file: "src/ventilator/delivery/core/flight.ts",
    text: "if (!this.#budget.spend(nowMs)) break;",
    replacement: "",
    tests: flight,
  },
  {
    name: "an acknowledgement of another store counts",
    file: "src/ventilator/delivery/core/flight.ts",
    text: 'if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    replacement:
      'if (event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    tests: flight,
  },
  {
    name: "an acknowledgement of another session counts",
    file: "src/ventilator/delivery/core/flight.ts",
    text: 'if (event.store !== this.#store || event.session !== this.#session) {\n      return [{ type: "ignored", what: "ack" }];',
    replacement:
      'if (event.store !== this.#store) {\n      return [{ type: "ignored", what: "ack" }];',
    tests: flight,
  },
  {
    name: "a server has no address of IPv6",
    file: "src/shared/net/socket-options.ts",
    text: "    socket.ipv6 = isIPv6Endpoint(address);\n",
    replacement: "",
    tests: ["test/integration/ipv6.test.ts"],
  },
  {
    name: "a batch of 32 MiB is given no more time than one of 1 MiB",
    file: "src/worker/watchdog.ts",
    text: "Math.max(shareMin, bytes / timeoutBytes)",
    replacement: "Math.min(1, Math.max(shareMin, bytes / timeoutBytes))",
    tests: ["test/unit/worker/watchdog.test.ts"],
  },
  {
    name: "a batch's tag is not looked at",
    file: "src/sink/delivery/partial-intake.ts",
    text: "if (!hasBatchTag(admission.session.tagKey, message.sealed)) {",
    replacement:
      "if (header.batch < 0 && !hasBatchTag(admission.session.tagKey, message.sealed)) {",
    tests: ["test/integration/sink-forgery.test.ts"],
  },
  {
    name: "a line that is put aside is lost from the balance",
    file: "src/sink/store/embedded/submissions.ts",
    text: "const line = { lines: 1, bytes, parsed: 0, rejected: {}, deadLettered: 1 };",
    replacement: "const line = { lines: 0, bytes, parsed: 0, rejected: {}, deadLettered: 0 };",
    tests: ["test/integration/sink-forgery.test.ts"],
  },
  {
    name: "a second line that is put aside takes the first one's place on the sheet",
    file: "src/shared/model/sheet.ts",
    text: "deadLettered: a.deadLettered + sign * b.deadLettered,",
    replacement: "deadLettered: b.deadLettered,",
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
    file: "src/sink/delivery/core/sessions.ts",
    text: "const session = this.#bySession.get(header.session);",
    replacement:
      "const session = this.#bySession.get(header.session) ?? [...this.#bySession.values()][0];",
    tests: ["test/unit/sink/delivery/core/sessions.test.ts"],
  },
  {
    name: "the flight has no bound",
    file: "src/ventilator/delivery/core/flight.ts",
    text: "if (this.#entries.size === 0) return true;",
    replacement: "if (this.#entries.size >= 0) return true;",
    tests: flight,
  },
  {
    name: "a worker's credit is not given back",
    file: "src/ventilator/delivery/core/credit.ts",
    text: "if (index >= 0) worker.batches.splice(index, 1);",
    replacement: "",
    tests: credit,
  },
  {
    name: "a silent worker is never given up",
    file: "src/ventilator/delivery/core/credit.ts",
    text: "const isSilent = nowMs - worker.heardMs > this.#limits.lostAfterMs;",
    replacement: "const isSilent = nowMs < 0;",
    tests: credit,
  },
  {
    name: "the sink's ledger is not asked for when it has changed",
    file: "src/ventilator/sink-link/core/sink-link.ts",
    text: "      ...(isOtherStore ? [] : this.#askLedger(nowMs)),\n",
    replacement: "",
    tests: ["test/unit/ventilator/sink-link/core/sink-link.test.ts"],
  },
  {
    name: "a worker keeps the memory of every batch",
    file: "src/worker/core/summarise.ts",
    text: "  kernel.reset();\n",
    replacement: "",
    tests: summaries,
  },
  {
    name: "a worker never dials a dead line to the sink anew",
    file: "src/worker/results-socket.ts",
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
