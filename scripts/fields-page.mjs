// The list of functions in docs/fields.md: what each takes, what it gives, and examples.

/** @typedef {typeof import("../src/shared/function/functions.ts")} FunctionModule */

export const functionModules = ["shared/function/functions.ts"];

/** @param {FunctionModule} module */
export function functionsSection({ functions }) {
  return functions.map(functionText).join("\n\n");
}

/** @param {import("../src/shared/function/member.ts").FunctionMember} member */
function functionText({ name, parameters, description, examples }) {
  const words = parameters.map((parameter, index) => {
    const word = `${index === 0 ? "" : ", "}${parameter.name}`;
    if (parameter.isOptional === true) return `[${word}]`;
    return parameter.isRepeated === true ? `${word}, …` : word;
  });
  const shown = examples.map(({ call, fields, gives, table = {} }) => {
    const given = Object.entries(fields).map(([field, value]) => `${field}: ${value}`);
    const known = Object.entries(table).map(
      ([key, text]) => `    the table has ${key}: ${text === "" ? "nothing" : text}\n`,
    );
    return `${call}\n    ${given.join(", ")}\n${known.join("")}    gives ${gives === "" ? "the empty text" : gives}`;
  });
  return [
    `### \`${name}(${words.join("")})\``,
    description,
    `\`\`\`text\n${shown.join("\n\n")}\n\`\`\``,
  ].join("\n\n");
}
