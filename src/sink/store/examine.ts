// Looks into a store's files, beside a sink at work; changes nothing.

import { nodeFileSystem } from "../disk/node-file-system.ts";
import { checkStore as checkFiles } from "./embedded/check.ts";
import { inspectStore as inspectFiles } from "./embedded/inspect.ts";
import type { Finding, StoreInspection } from "./inspection.ts";

/** @throws LogmillError `store_missing`, `store_damaged`, `store_version`, `disk_failed`. */
export function inspectStore(folder: string): Promise<StoreInspection> {
  return inspectFiles(nodeFileSystem, folder);
}

/**
 * Reads the whole store; an empty list means that it is sound.
 * @throws LogmillError `store_missing`, `store_version`, `disk_failed`.
 */
export function checkStore(folder: string): Promise<readonly Finding[]> {
  return checkFiles(nodeFileSystem, folder);
}
