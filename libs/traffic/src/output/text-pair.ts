import { type ArmSpecs, readArm } from '../arms/arm-specs.ts';
import type { ModelAnswer } from '../answers/model-answer.ts';
import type { OutputReading } from './read-output.ts';

/** The texts of two answers to one request, whole. */
export interface TextsOfPair {
  readonly primary: string;
  readonly candidate: string;
}

/** What stands between the texts of a batch. */
const BETWEEN = '\n\n';

/**
 * The texts that output specs of kind `text` read of the two answers; a batch's one below the other.
 * @returns `null` where either has none: it failed, has not the form of its spec, or is no text
 */
export function textsOfPair(
  primary: Pick<ModelAnswer, 'status' | 'reading'>,
  candidate: Pick<ModelAnswer, 'status' | 'reading'>,
  specs: ArmSpecs,
): TextsOfPair | null {
  if (specs.candidate?.kind !== 'text' || primary.status >= 400 || candidate.status >= 400) return null;
  const ours = textOf(readArm(primary, 'primary', specs));
  const theirs = textOf(readArm(candidate, 'shadow', specs));
  return ours === null || theirs === null ? null : { primary: ours, candidate: theirs };
}

function textOf(reading: OutputReading | null): string | null {
  if (reading === null) return null;
  const texts = (reading.instances ?? [reading]).map(({ text }) => text);
  return texts.every((text) => text !== undefined) ? texts.join(BETWEEN) : null;
}

const LEFT_OUT = '\n[… left out …]\n';

/** Has `shortened` been here? A text that says so by itself counts as one. */
export const isShortened = (text: string): boolean => text.includes(LEFT_OUT);

/**
 * A text of at most `most` UTF-16 units: of a longer one its beginning and its end, as what is missing at the end is
 * what people see first. Surrogates are not torn apart.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const each = Math.max(0, Math.floor((most - LEFT_OUT.length) / 2));
  const isHigh = (at: number): boolean => /[\ud800-\udbff]/.test(text.charAt(at));
  const from = text.length - each;
  const head = text.slice(0, each > 0 && isHigh(each - 1) ? each - 1 : each);
  return head + LEFT_OUT + text.slice(isHigh(from - 1) ? from + 1 : from);
}
