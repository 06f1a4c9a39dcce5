import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  {
    ignores: [
      "dist/",
      "dist-fail-points/",
      "build/",
      "coverage/",
      ".demo/",
      ".bench/",
      "out/",
      "data/",
      "src/shared/kernel/assembly/",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  // TypeScript knows which names exist, also in JavaScript (checkJs).
  { rules: { "no-undef": "off" } },
  {
    languageOptions: {
      parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Typed arrays and maps are indexed in hot loops whose bounds the loop itself guarantees.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: true },
      ],
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-globals": ["error", "eval"],
      "no-new-func": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 70, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    // A state machine with its union stays in one file.
    files: ["src/**/core/*.ts"],
    rules: { "max-lines": ["error", 500] },
  },
  {
    files: ["scripts/**/*.mjs", "test/*/run.ts"],
    rules: { "no-console": "off", "@typescript-eslint/restrict-template-expressions": "off" },
  },
);
