// What logmill guarantees, in the order of the page, and the tests that show it. The page says of each
// how many tests there were in the run that it is from; one that was not run is seen.

export interface Guarantee {
  readonly title: string;
  readonly says: string;
  /** Files below test/. */
  readonly tests: readonly string[];
}

export const guarantees: readonly Guarantee[] = [
  {
    title: "Every line counts once",
    says: "Processes may be killed and stopped at any time and messages lost, repeated or damaged; files may be read again, renamed, rotated, copied or compressed.",
    tests: [
      "sim/seeds-1.test.ts",
      "sim/seeds-2.test.ts",
      "e2e/chaos.test.ts",
      "e2e/fail-points.test.ts",
      "e2e/reruns.test.ts",
      "property/ventilator/delivery.property.test.ts",
      "property/sink/ledger.property.test.ts",
    ],
  },
  {
    title: "Order makes no difference",
    says: "Any number of workers, any batch size and any order of files gives the same bytes.",
    tests: [
      "e2e/exactness.test.ts",
      "property/table.property.test.ts",
      "property/merge-sorted.property.test.ts",
      "property/sketches.property.test.ts",
    ],
  },
  {
    title: "The kernel counts what a plain reading of the text counts",
    says: "Wherever quotes, escapes, carriage returns, long lines, blanks and bytes that are no UTF-8 lie on the borders of its blocks, windows, vectors and batches.",
    tests: [
      "property/kernel-borders.property.test.ts",
      "property/kernel-parse.property.test.ts",
      "property/summarise.property.test.ts",
      "property/dictionary.property.test.ts",
    ],
  },
  {
    title: "A file is known by what it says",
    says: "Files that begin alike are told apart however short they are when first seen; what is read is checked again after the read, so a log that is copied, truncated and grown again is not mixed with the next. What cannot be told is named and not counted.",
    tests: [
      "property/ventilator/file-histories.property.test.ts",
      "unit/ventilator/source/file/core/match-content.test.ts",
      "unit/ventilator/source/file/catalog.test.ts",
      "integration/ventilator-files.test.ts",
      "integration/ventilator-midread.test.ts",
    ],
  },
  {
    title: "What changes the meaning of a number is noticed",
    says: "Whatever option is changed between two runs, the result is that of a fresh store or a refusal that names the way out.",
    tests: [
      "property/changed-options.test.ts",
      "unit/sink/store/embedded/changed-meaning.test.ts",
      "e2e/store-rebuild.test.ts",
    ],
  },
  {
    title: "A summary's numbers are its own",
    says: "Its table and its balance sheet are the same, byte for byte, whatever other summaries read the same lines and whenever they were added.",
    tests: [
      "property/summary-independence.property.test.ts",
      "unit/sink/store/embedded/shared-rejects.test.ts",
    ],
  },
  {
    title: "Ranges end where records end",
    says: "A file read up to any byte and then to its end counts as if it had been read at once, plain, compressed, followed, sent or read by the workers.",
    tests: [
      "property/ventilator/cut-anywhere.property.test.ts",
      "property/ventilator/batcher.property.test.ts",
      "integration/ventilator-follow.test.ts",
    ],
  },
  {
    title: "Types decide what is accepted",
    says: "Lines of another format are rejected and never counted under wrong keys; numbers count when they are exact at the metric's scale, and an address has one spelling.",
    tests: [
      "property/formats.property.test.ts",
      "unit/worker/format/access-log.test.ts",
      "unit/worker/format/rsyslog.test.ts",
      "property/addresses.property.test.ts",
    ],
  },
  {
    title: "What is not text is not counted as text",
    says: "A byte order mark is skipped, gzip and zstd are read, other encodings and compressions are named, and holes of NUL bytes are no lines.",
    tests: [
      "unit/ventilator/source/file/recognise.test.ts",
      "unit/ventilator/source/file/gzip-content.test.ts",
      "unit/ventilator/source/file/zstd-content.test.ts",
      "unit/worker/core/no-text.test.ts",
    ],
  },
  {
    title: "Acknowledged means durable, and damage is noticed",
    says: "What was acknowledged survives a power cut at any moment. A byte changed in any file of a store is found, the last group of an idle log included.",
    tests: [
      "property/sink/store-crash.test.ts",
      "property/sink/store-damage.test.ts",
      "property/sink/store-damage-large.test.ts",
      "property/table-damage.property.test.ts",
      "unit/sink/store/wal.test.ts",
      "unit/sink/store/disk-faults.test.ts",
    ],
  },
  {
    title: "Every line is accounted for",
    says: "Lines are parsed, rejected or dead-lettered; for each summary they are counted, filtered or rejected. A run that understood nothing, or a source without files, is no success.",
    tests: [
      "unit/worker/core/summarise.test.ts",
      "unit/cli/screens/all-rejected.test.ts",
      "e2e/hostile-content.test.ts",
      "integration/poison.test.ts",
    ],
  },
  {
    title: "Names are not things",
    says: "Two paths that lead to one file are one output, and are refused; a store that was exchanged is another store; a full disk is waited for or ends the run, and is said.",
    tests: [
      "unit/shared/config/file-place.test.ts",
      "e2e/store-swapped.test.ts",
      "integration/sink-disk-full.test.ts",
      "e2e/disk-full.test.ts",
    ],
  },
  {
    title: "Memory and pauses are bounded",
    says: "Live tables are written down before they outgrow their budget, rows beyond a summary's bound go into one row, and long work is done in slices between which others have their turn.",
    tests: [
      "unit/sink/store/flushing.test.ts",
      "unit/sink/store/embedded/steps.test.ts",
      "unit/shared/table/sort-runs.test.ts",
      "property/capped-table.property.test.ts",
      "e2e/row-cap.test.ts",
    ],
  },
  {
    title: "Nothing waits in silence",
    says: "Whoever waits says for whom, and when that is over.",
    tests: ["unit/shared/process/wait-notice.test.ts", "e2e/stopped-roles.test.ts"],
  },
  {
    title: "Strangers stay outside and cannot end a process",
    says: "Keys, allow-lists and tokens decide who speaks; hostile bytes are dropped within bounds, and sockets survive a storm of connections.",
    tests: [
      "integration/curve.test.ts",
      "integration/socket-storm.test.ts",
      "integration/sink-forgery.test.ts",
      "property/protocol.property.test.ts",
      "e2e/hostile-network.test.ts",
      "e2e/secured-cluster.test.ts",
    ],
  },
];
