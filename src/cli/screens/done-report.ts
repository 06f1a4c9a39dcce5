// What the ventilator says when all is acknowledged.

import type { RoleReport } from "../../shared/process/role-report.ts";

export type DoneReport = Extract<RoleReport, { readonly type: "done" }>;
