// `lookups` of the configuration: files that values are looked up in, by name.

import * as z from "zod";
import { limits } from "../base/limits.ts";
import { named, options, withNames } from "./mappings.ts";
import { path, text } from "./option-types.ts";

const mmdb = (folder: string) =>
  options({
    type: z.literal("mmdb"),
    path: path(folder).describe(
      "The file of the database, relative to the configuration file's folder.",
    ),
  }).describe("A database of addresses in MaxMind's format, for `geoip(ip, …)`.");

const csv = (folder: string) =>
  options({
    type: z.literal("csv"),
    path: path(folder).describe(
      "The file, relative to the configuration file's folder: CSV after RFC 4180, with a header.",
    ),
    key: text
      .optional()
      .describe("The column that a value is looked for in; the first one if it is left out."),
  }).describe("A table for `lookup(value, …)`.");

/** @param folder of the configuration file */
export const lookupsSchema = (folder: string) =>
  named(z.discriminatedUnion("type", [mmdb(folder), csv(folder)]), limits.tablesMax)
    .transform(withNames("name"))
    .prefault({})
    .describe(
      "Files that values are looked up in, by name; workers are sent what they need of them.",
    );
