import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { ChainLink } from './ports.ts';

/** What the first event of every chain is hashed with. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over the hash of the event before it and this event's canonical JSON. */
export function hashEvent(previous: string, event: Omit<ChainLink, 'hash'>): string {
  return createHash('sha256').update(previous).update(canonicalJson(event)).digest('hex');
}
