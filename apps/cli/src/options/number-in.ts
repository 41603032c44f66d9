import { InvalidArgumentError } from 'commander';

interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly isWhole?: boolean;
}

/**
 * Reads an option that is a number. `Number` itself makes 0 of a variable that is not set and NaN of a word, and nothing ends a wait of NaN minutes.
 * @returns a reader that throws what commander says as wrong usage (exit code 2) for anything else
 */
export function numberIn({ least = -Infinity, most = Infinity, isWhole = false }: Bounds = {}): (
  text: string,
) => number {
  const wanted = `It is ${isWhole ? 'a whole number' : 'a number'}${range(least, most)}.`;
  return (text) => {
    const number = text.trim() === '' ? NaN : Number(text);
    const isOne = Number.isFinite(number) && (!isWhole || Number.isInteger(number));
    if (isOne && number >= least && number <= most) return number;
    throw new InvalidArgumentError(wanted);
  };
}

function range(least: number, most: number): string {
  if (least === -Infinity) return '';
  return most === Infinity ? ` of ${least} or more` : ` from ${least} to ${most}`;
}

/** `--timeout`, in minutes. */
export const minutesIn = numberIn({ least: 0 });
