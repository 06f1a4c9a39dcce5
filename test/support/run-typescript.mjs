// What lets Node.js run the programs below test/, which are TypeScript:
//
//   node --import ./test/support/run-typescript.mjs test/chaos/run.ts --seconds 10
//
// Node.js 20 cannot strip types, so every .ts file goes through the compiler that also bundles the
// product (oxc, in rolldown). Files stay files: `import.meta.url` and stack traces mean the source.

import { register } from "node:module";
import process from "node:process";

process.setSourceMapsEnabled(true);
register("./typescript-hooks.mjs", import.meta.url);
