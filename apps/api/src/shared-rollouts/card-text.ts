import { asText } from '#libs/kernel';

/** Of a sans-serif letter's size, its width on average. */
const LETTER = 0.54;

/**
 * A text in lines that fit a width, the last of them with `…` where more would not fit. Pure.
 * @param width in pixels @param size of the letters, in pixels @param most lines
 */
export function inLines(text: string, width: number, size: number, most: number): readonly string[] {
  const letters = Math.max(4, Math.floor(width / (size * LETTER)));
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => inPieces(word, letters));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= letters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  return [...kept.slice(0, -1), `${[...(kept.at(-1) ?? '')].slice(0, letters - 1).join('')}…`];
}

const lengthOf = (text: string): number => [...text].length;

/** A word that is longer than a line goes on in the next one. */
function inPieces(word: string, letters: number): readonly string[] {
  const all = [...word];
  const pieces: string[] = [];
  for (let i = 0; i < all.length; i += letters) pieces.push(all.slice(i, i + letters).join(''));
  return pieces;
}

/** Lines of text as SVG, the first with its base at `y`. */
export const textSvg = (
  lines: readonly string[],
  { x, y, size, className }: { x: number; y: number; size: number; className: string },
): string =>
  lines
    .map(
      (line, i) =>
        `<text class="${className}" x="${x}" y="${y + i * size * 1.35}" font-size="${size}">${asText(line)}</text>`,
    )
    .join('');
