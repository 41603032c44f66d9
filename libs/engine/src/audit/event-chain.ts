import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { ChainLink } from '../ports/ports.ts';

/** What the first event of every chain is hashed with. */
export const GENESIS = '0'.repeat(64);

/** What the key that signs exported events is sealed for. */
export const EXPORT_KEY_PURPOSE = 'event exports';

/** The chain of what is of no model: tokens, sources, subscriptions, logins, refusals. */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/** SHA-256 over the hash of the event before it and this event's canonical JSON (RFC 8785). */
export function hashEvent(previous: string, event: Omit<ChainLink, 'hash'>): string {
  return createHash('sha256').update(previous).update(canonicalJson(event)).digest('hex');
}

/** Of events that are left behind, one after the other: SHA-256 over the digest before and the whole event, its hash included. */
export function keptDigest(previous: string, event: ChainLink): string {
  return createHash('sha256').update(previous).update(canonicalJson(event)).digest('hex');
}
