// The plan that the fuzzer's texts of nginx are summarised by.

import type { Plan } from "../../src/shared/model/plan.ts";
import { nginxMain, nginxPattern } from "../support/pattern-formats.ts";
import { accessPlan } from "./plans.ts";

const combined = accessPlan("combined");

export const nginxPlan: Plan = {
  ...combined,
  sources: [
    {
      ...combined.sources[0]!,
      format: { ...nginxPattern(nginxMain), fields: { ip: { type: "ip" } } },
    },
  ],
  summaries: [
    ...combined.summaries,
    { ...combined.summaries[1]!, name: "clients", dimensions: ["http_x_forwarded_for"] },
  ],
};
