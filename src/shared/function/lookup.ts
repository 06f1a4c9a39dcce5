// What a file of the user says about a value.

import { RowTable } from "../lookup/row-table.ts";
import type { FunctionMember } from "./member.ts";

const table = { c1: "Spring", c2: "Summer" };

export const lookup: FunctionMember = {
  name: "lookup",
  parameters: [
    { name: "value", kind: "value" },
    { name: "table", kind: "table" },
    { name: "column", kind: "text" },
  ],
  description:
    "What a CSV file has in a column, in the line whose key is the value. The file is named under `lookups`, where its `key` is the column that is looked for, or by its path, where that is the first column. Empty where no line has the key. The file's checksum is part of a definition.",
  examples: [
    {
      call: 'lookup(campaign, "campaigns", "name")',
      fields: { campaign: "c2" },
      gives: "Summer",
      table,
    },
    {
      call: 'lookup(campaign, "campaigns.csv", "name")',
      fields: { campaign: "c3" },
      gives: "",
      table,
    },
  ],
  tables: "rows",
  computing: {
    way: "text",
    make: ([name], tables) => {
      const rows = new RowTable(tables.bytes(name!));
      return (value) => rows.get(value) ?? "";
    },
  },
};
