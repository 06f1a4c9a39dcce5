// Whether two templates can give one name, for some rows and some bucket: then two outputs would write one key. A template
// is read as a pattern, of characters and of runs of characters that a value may have, and the two are walked
// side by side. What values there really are nobody knows beforehand, so any may be.

import { isDimension, isOwnCharacter, type Template } from "./key-template.ts";

/** What may stand at a place: one character, or any number of some. */
interface Step {
  readonly isRun: boolean;
  readonly accepts: (character: string) => boolean;
}

/** @param one,other without `{summary}`, which is text of its own for each summary. */
export function canOverlap(one: Template, other: Template): boolean {
  const steps = [stepsOf(one), stepsOf(other)] as const;
  const alphabet = [...charactersOf(one), ...charactersOf(other), "0", "-", "\0"];
  const seen = new Set<string>();
  const open: [number, number][] = [[0, 0]];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [at, otherAt] = place;
    const id = `${at} ${otherAt}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const [step, otherStep] = [steps[0][at], steps[1][otherAt]];
    if (step === undefined && otherStep === undefined) return true;
    if (step?.isRun === true) open.push([at + 1, otherAt]);
    if (otherStep?.isRun === true) open.push([at, otherAt + 1]);
    if (step === undefined || otherStep === undefined) continue;
    if (!alphabet.some((character) => step.accepts(character) && otherStep.accepts(character))) {
      continue;
    }
    open.push([step.isRun ? at : at + 1, otherStep.isRun ? otherAt : otherAt + 1]);
  }
  return false;
}

function stepsOf({ parts }: Template): readonly Step[] {
  const last = parts.findLastIndex(({ kind }) => kind === "value");
  return parts.flatMap((part, at): Step[] => {
    if (part.kind === "literal") {
      return Array.from(part.text).map((literal) => ({
        isRun: false,
        accepts: (character) => character === literal,
      }));
    }
    if (!isDimension(part.name)) return [{ isRun: true, accepts: isOwnCharacter }];
    const next = parts[at + 1];
    const separator = at < last && next?.kind === "literal" ? next.text[0] : undefined;
    return [{ isRun: true, accepts: (character) => character !== separator }];
  });
}

function charactersOf({ parts }: Template): readonly string[] {
  return parts.flatMap((part) => (part.kind === "literal" ? Array.from(part.text) : []));
}
