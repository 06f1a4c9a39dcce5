// The mutants: what is broken on purpose, where, and which tests must notice.

import { inBounds } from "./in-bounds.ts";
import { byKeys } from "./by-keys.ts";
import { inComputed } from "./in-computed.ts";
import { inColumns } from "./in-columns.ts";
import { inKernel } from "./in-kernel.ts";
import { inPatterns } from "./in-patterns.ts";
import { inReading } from "./in-reading.ts";
import { inResults } from "./in-results.ts";
import { inSecurity } from "./in-security.ts";
import { inManifest } from "./in-manifest.ts";
import { inStore } from "./in-store.ts";
import { inTables } from "./in-tables.ts";
import type { Mutant } from "./mutant.ts";
import { onTheWay } from "./on-the-way.ts";

export interface TestedMutant extends Mutant {
  /** Of which at least one has to fail; they run in this order until one does. */
  readonly tests: readonly string[];
}

export const mutants: readonly TestedMutant[] = [
  ...inReading,
  ...inStore,
  ...inManifest,
  ...onTheWay,
  ...inBounds,
  ...inKernel,
  ...inPatterns,
  ...byKeys,
  ...inColumns,
  ...inComputed,
  ...inTables,
  ...inSecurity,
  ...inResults,
];
