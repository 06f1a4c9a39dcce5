// The list of formats with a name in docs/formats.md: a line of each, and the fields that it has.

/** @typedef {typeof import("../src/shared/format/presets.ts")} PresetModule */

export const presetModules = ["shared/format/presets.ts"];

/** @param {PresetModule} module */
export function presetsSection({ presets }) {
  return presets.map(presetText).join("\n\n");
}

/** @param {import("../src/shared/format/preset.ts").Preset} preset */
function presetText({ names, about, appended, examples }) {
  const [name, ...others] = names;
  const also = others.length > 0 ? ` (also \`${others.join("`, `")}\`)` : "";
  const more = appended === true ? " Fields that are appended behind a space are ignored." : "";
  const [example] = examples;
  if (example === undefined) throw new Error(`${name} has no example`);
  const fields = Object.entries(example.is).map(([field, value]) => `${field}: ${value}`);
  return [
    `### \`${name}\``,
    `${about.charAt(0).toUpperCase()}${about.slice(1)}${also}.${more}`,
    `\`\`\`text\n${example.line}\n\n${fields.join("\n")}\n\`\`\``,
  ].join("\n\n");
}
