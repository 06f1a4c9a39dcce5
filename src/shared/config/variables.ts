// Variables of the environment inside the values of a configuration: `${NAME}`, `${NAME:-default}`
// (for one that is unset or empty) and `$$` for a dollar sign. Only values are searched, after the
// YAML is parsed, so that no variable can add a key or break the file. A line of nginx's configuration has
// variables of its own, written alike.

export interface Substituted {
  readonly text: string;
  /** For each UTF-16 unit of `text`, the index in the original that it came from. */
  readonly origins: readonly number[];
  readonly faults: readonly VariableFault[];
}

interface VariableFault {
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Options whose text stays as it is written. */
export const verbatimOptions: ReadonlySet<string> = new Set(["nginx"]);

/** Replaces every variable; a fault leaves its text as it was. */
export function substituteVariables(original: string, env: Environment): Substituted {
  let text = "";
  const origins: number[] = [];
  const faults: VariableFault[] = [];
  const append = (piece: string, from: number, step: 0 | 1): void => {
    for (let index = 0; index < piece.length; index += 1) origins.push(from + index * step);
    text += piece;
  };
  const pattern = /\$\$|\$\{([^}]*)(\}?)/g;
  let from = 0;
  for (const match of original.matchAll(pattern)) {
    append(original.slice(from, match.index), from, 1);
    from = match.index + match[0].length;
    if (match[0] === "$$") {
      append("$", match.index, 0);
      continue;
    }
    const value = lookUp(match[1]!, match[2] === "}", env);
    if (typeof value === "string") {
      append(value, match.index, 0);
    } else {
      faults.push({ index: match.index, ...value });
      append(match[0], match.index, 1);
    }
  }
  append(original.slice(from), from, 1);
  return { text, origins, faults };
}

function lookUp(
  inside: string,
  closed: boolean,
  env: Environment,
): string | { readonly problem: string; readonly fix: string } {
  if (!closed) {
    return { problem: "a variable is not closed", fix: "add a }, or write $$ for a dollar sign" };
  }
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside);
  if (match === null) {
    return {
      problem: `\${${inside}} is no variable`,
      fix: "write ${NAME} or ${NAME:-default}, or $$ for a dollar sign",
    };
  }
  const [, name, fallback] = match;
  const value = Object.hasOwn(env, name!) ? env[name!] : undefined;
  if (fallback !== undefined) return value === undefined || value === "" ? fallback : value;
  if (value !== undefined) return value;
  return {
    problem: `the environment has no ${name!}`,
    fix: `set it, or give a default: \${${name!}:-default}`,
  };
}
