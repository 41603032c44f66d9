import { ALL } from '#libs/kernel';
import { murmur3 } from './murmur3.ts';

/**
 * One of `groups` groups of units, by the part of the hash that the arm does not use: requests of
 * one unit are always in the same group, and groups say nothing about arms.
 */
export const unitGroup = (salt: string, unit: string, groups: number): number =>
  Math.floor(murmur3(`${salt}:${unit}`) / ALL) % groups;
