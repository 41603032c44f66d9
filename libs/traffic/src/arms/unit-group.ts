import { ALL } from '#libs/kernel';
import { murmur3 } from './murmur3.ts';

/** A unit's hash: a whole number below 2^32 that says nothing about the unit to whoever does not know the salt. */
export const unitHash = (salt: string, unit: string): number => murmur3(`${salt}:${unit}`);

/**
 * One of `groups` groups of units, by the part of the hash that the arm does not use: requests of
 * one unit are always in the same group, and groups say nothing about arms.
 */
export const unitGroup = (salt: string, unit: string, groups: number): number =>
  groupOfHash(unitHash(salt, unit), groups);

/** The same, of a hash that is known (`unitHash`). */
export const groupOfHash = (hash: number, groups: number): number => Math.floor(hash / ALL) % groups;
