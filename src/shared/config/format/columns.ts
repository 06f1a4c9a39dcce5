// Options of lines of values between delimiters.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import { isUnnamed } from "../../model/format-fields.ts";
import { filledList, list, options } from "../mappings.ts";
import { boolean, name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";

/** Marks of a missing value. */
const marksMax = 16;

const column = z
  .union([name, z.literal("")], {
    error: 'must be the name of a column, or "" for one that nobody asks for',
  })
  .meta({ title: "name" });

const delimiter = z
  .string({ error: 'must be text; put it in quotes, as in "\\t"' })
  .refine((text) => /^[\t\x20-\x7e]$/.test(text) && !/["#A-Za-z0-9]/.test(text), {
    error: 'must be one character that no value has, such as ",", ";", "|" or "\\t"',
  })
  .meta({ title: "one character" });

const mark = z
  .string()
  .min(1, { error: "is empty, and an empty value is missing in any case" })
  .max(64, { error: "must have at most 64 characters" })
  .meta({ title: "text" });

export const columnsFormat = options({
  columns: filledList(column, limits.fieldsMax).describe(
    'Names of the columns in order; `""` or `_` for a column that nobody asks for. A line has as many values. With a header, those that are asked for, in any order.',
  ),
  header: boolean
    .default(false)
    .describe(
      "The first line of every file names its columns. A file that lacks one of `columns` is not read, and named.",
    ),
  delimiter: delimiter
    .default(",")
    .describe('The character between values: `","`, `"\\t"`, `";"`, `"|"`.'),
  quote: z
    .enum(["double", "none"])
    .default("double")
    .describe(
      "`double`: a value may be in quotes, with quotes inside doubled (RFC 4180). `none`: quotes are characters like any other.",
    ),
  comments: z
    .literal("#")
    .exactOptional()
    .describe("Lines that begin with it are no events; they are counted as `comment`."),
  missing: list(mark, marksMax)
    .default([])
    .describe('Values that stand for a missing one, such as `["-", "NULL"]`.'),
  ...fieldTypes,
})
  .superRefine(({ columns, header }, context) => {
    columns.forEach((column, index) => {
      const isTwice = !isUnnamed(column) && columns.indexOf(column) < index;
      const isVain = header && isUnnamed(column);
      if (!isTwice && !isVain) return;
      const message = isTwice
        ? `the column ${column} is there twice; rename one of them, or write _`
        : "names no column, and with a header those that are asked for are enough; leave it out";
      context.addIssue({ code: "custom", path: ["columns", index], message });
    });
  })
  .transform(({ columns, header, ...others }) => ({
    ...{ type: "columns" as const, columns },
    ...(header && { header }),
    ...others,
  }))
  .describe(
    "Values between delimiters: CSV, tab-separated values and their like. A line with more or fewer values than columns is rejected.",
  );
