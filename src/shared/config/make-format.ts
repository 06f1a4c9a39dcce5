// A format as the plan has it, from the options of the file. A format without options here does not
// compile: neither does one that the schema does not know.

import type { Format, Formats, FormatType } from "../model/plan.ts";
import type { FormatOptions } from "./schema.ts";

type OptionsOf<Type extends FormatType> = FormatOptions & { readonly type: Type };

const makers: { readonly [Type in FormatType]: (options: OptionsOf<Type>) => Formats[Type] } = {
  rsyslog: ({ type, payloads }) => ({
    type,
    payloads: Object.entries(payloads).map(([program, payload]) => ({ program, ...payload })),
  }),
  common: ({ type }) => ({ type }),
  combined: ({ type }) => ({ type }),
  vhost_common: ({ type }) => ({ type }),
  vhost_combined: ({ type }) => ({ type }),
};

export function makeFormat(options: FormatOptions): Format {
  const make = makers[options.type] as (options: FormatOptions) => Format;
  return make(options);
}
