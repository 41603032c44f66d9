import { normalisedText } from './text-similarity.ts';

const BITS = 32;

/**
 * Levenshtein's distance of two texts in UTF-16 units: the least number of units to be put in, taken out or replaced. By bit
 * vectors (Myers 1999, in blocks as Hyyrö 2003 has them): `a.length * b.length / 32` steps.
 */
export function levenshtein(a: string, b: string): number {
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  if (pattern.length === 0) return text.length;
  const blocks = Math.ceil(pattern.length / BITS);
  const places = placesOf(pattern);
  const none = new Int32Array(blocks);
  const plus = new Int32Array(blocks).fill(-1);
  const minus = new Int32Array(blocks);
  const lastBit = 1 << ((pattern.length - 1) % BITS);
  let distance = pattern.length;
  for (let i = 0; i < text.length; i++) {
    const equal = places.get(text.charCodeAt(i)) ?? none;
    // The first row grows by one with each unit of the text. No destructuring here: it makes lists, a million a second.
    let carryPlus = 1;
    let carryMinus = 0;
    let hp = 0;
    let hn = 0;
    for (let k = 0; k < blocks; k++) {
      const vp = plus[k] as number;
      const vn = minus[k] as number;
      const same = equal[k] as number;
      const x = same | carryMinus;
      const d = ((((x & vp) + vp) | 0) ^ vp) | x | vn;
      hp = vn | ~(d | vp);
      hn = vp & d;
      const nextPlus = hp >>> (BITS - 1);
      const nextMinus = hn >>> (BITS - 1);
      const shifted = (hp << 1) | carryPlus;
      const v = same | vn;
      plus[k] = (hn << 1) | carryMinus | ~(v | shifted);
      minus[k] = shifted & v;
      carryPlus = nextPlus;
      carryMinus = nextMinus;
    }
    // What the last row does, by the last block's.
    if ((hp & lastBit) !== 0) distance++;
    else if ((hn & lastBit) !== 0) distance--;
  }
  return distance;
}

/** Where each unit stands in a text, as bits. */
function placesOf(text: string): ReadonlyMap<number, Int32Array> {
  const places = new Map<number, Int32Array>();
  const blocks = Math.ceil(text.length / BITS);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let bits = places.get(unit);
    if (!bits) places.set(unit, (bits = new Int32Array(blocks)));
    const k = Math.floor(i / BITS);
    bits[k] = (bits[k] ?? 0) | (1 << (i % BITS));
  }
  return places;
}

/** Of texts so many times longer than what is compared, the middle is not even normalised. */
const MOST_NORMALISED = 4;

/**
 * How far two texts are apart: Levenshtein's distance by the length of the longer one, 0 (the same but for case, blanks and
 * Unicode's composed forms) to 1. Of a text longer than `most` UTF-16 units the beginning and the end are compared, half of
 * `most` each; what the lengths differ by is never overlooked.
 */
export function editDistance(one: string, other: string, most: number): number {
  const [a, b] = [one, other].map((text) => normalisedText(ends(text, MOST_NORMALISED * most))) as [
    string,
    string,
  ];
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 0;
  const isCut = Math.max(one.length, other.length) > MOST_NORMALISED * most;
  if (longer <= most && !isCut) return levenshtein(a, b) / longer;
  const [x, y] = [ends(a, most), ends(b, most)];
  const [lengths, of] = isCut
    ? [one.length - other.length, Math.max(one.length, other.length)]
    : [a.length - b.length, longer];
  return Math.max(levenshtein(x, y) / Math.max(x.length, y.length), Math.abs(lengths) / of);
}

/** The beginning and the end of a longer text. */
const ends = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, Math.floor(most / 2)) + text.slice(-Math.floor(most / 2));
