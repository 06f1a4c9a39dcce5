// Mutants of the manifest's edits: what they say, that they are whole, and when they count.

import type { TestedMutant } from "./catalog.ts";

const crash = ["test/property/sink/store-crash.test.ts"];
const damage = ["test/property/sink/manifest-damage.test.ts"];
const edits = ["test/property/sink/manifest-edits.property.test.ts"];

export const inManifest: readonly TestedMutant[] = [
  {
    name: "the checksum of an edit of the manifest is not looked at",
    file: "src/sink/store/embedded/manifest/manifest-edit.ts",
    in: "bodyOf",
    text: "return crc32(body, place.crc32) === bodyCrc32 ? body : null;",
    instead: "return body;",
    tests: damage,
  },
  {
    name: "damage among the edits of the manifest is taken for their end",
    file: "src/sink/store/embedded/manifest/manifest-edit.ts",
    in: "decodeManifestSteps",
    text: "if (isFollowed(bytes, head, place)) {",
    instead: "if (place.end < 0) {",
    tests: damage,
  },
  {
    name: "an edit of the manifest is not synced before the log is deleted",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.#edit",
    text: "await file.datasync();",
    instead: "",
    tests: crash,
  },
  {
    name: "an edit that the process before had not synced counts without being synced",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.repair",
    text: "await file.datasync();",
    instead: "",
    tests: crash,
  },
  {
    name: "a torn edit of the manifest is not cut off",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.repair",
    text: "if ((await file.size()) !== end) await file.truncate(end);",
    instead: "",
    tests: [...damage, ...crash],
  },
  {
    name: "an edit without space is left half written",
    file: "src/sink/store/embedded/manifest/manifest-file.ts",
    in: "ManifestFile.#cutBack",
    text: "await file.truncate(end);",
    instead: "",
    tests: damage,
  },
  {
    name: "where a file was seen last is in no edit",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    in: "Catalog.hint",
    text: "this.#changes.content(sourceId);",
    instead: "",
    tests: edits,
  },
  {
    name: "a content that counts again stays uncounted in edits",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    in: "Catalog.enterSteps",
    text: "const isUncounted = wasUncounted || this.uncounted.contents.has(id);",
    instead: "const isUncounted = this.uncounted.contents.has(id);",
    tests: edits,
  },
  {
    name: "versions of buckets are in no edit",
    file: "src/sink/store/embedded/ledger/catalog.ts",
    in: "Catalog.enterSteps",
    text: "this.#changes.version(summary, bucketStart);",
    instead: "",
    tests: edits,
  },
];
