// What a supervisor tells its children. The other direction is `RoleReport`.

import type { Config } from "../../shared/config/config.ts";

export type RoleName = "ventilator" | "worker" | "sink";

/** The first argument that makes `main.ts` a supervised child. */
export const supervisedArgument = "supervised";

export type SupervisorMessage =
  | {
      /**
       * Begin. The configuration travels whole, so that the roles of one run can not disagree about
       * a file that changes meanwhile, and so that only one process parses it.
       */
      readonly type: "start";
      readonly config: Config;
      /** Folder of the run's sockets, removed by whoever outlives the others. */
      readonly socketFolder: string;
      /** Whose batches a worker takes. */
      readonly pool: string;
    }
  /** Drain and end. */
  | { readonly type: "stop" };
