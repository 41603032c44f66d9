import { canonicalJson } from '#libs/kernel';
import { murmur3 } from '#libs/traffic';

const SEEDS = [0, 1];

/** 64 bits that stand for a value, in hexadecimal. */
export const digestOf = (value: unknown): string => {
  const text = canonicalJson(value);
  return SEEDS.map((seed) => murmur3(text, seed).toString(16).padStart(8, '0')).join('');
};
