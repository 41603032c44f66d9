import { createHash, randomInt, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Instant } from '#libs/kernel';
import { ownerOf } from '../access/principal.ts';

/** What a token may do. `admin` may do everything. */
export const SCOPES = ['read', 'publish', 'operate', 'approve', 'admin', 'gateway', 'feedback'] as const;
export type Scope = (typeof SCOPES)[number];

/** A token as it is stored: never the token itself, only its SHA-256. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
  /** The only models that it may touch: names, or prefixes that end with `*`; `null`: all. */
  readonly models: readonly string[] | null;
  /** Whose it is: `user:<name>`; `null`: nobody's in particular. */
  readonly owner: string | null;
}

export interface TokenStore {
  insert(token: TokenRecord): Promise<void>;
  /** The token with this hash unless it has expired; notes that it was used. */
  use(hash: string): Promise<TokenRecord | null>;
  find(id: string): Promise<TokenRecord | null>;
  /** Those of these ids that are of a token which has not expired. */
  alive(ids: readonly string[]): Promise<readonly string[]>;
  /** Brings its end forward; never puts it off. */
  endBy(id: string, at: Instant): Promise<void>;
  list(): Promise<readonly (Omit<TokenRecord, 'hash'> & { lastUsedAt: Instant | null })[]>;
  remove(id: string): Promise<boolean>;
  /** Is there any token at all? */
  any(): Promise<boolean>;
  removeByName(name: string): Promise<void>;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PATTERN = /^us_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

/** A new token: `us_`, 30 random base62 characters (178 bits), and a checksum of 6. */
export function newToken(): string {
  const random = Array.from({ length: 30 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `us_${random}${checksum(random)}`;
}

/** Has the text the form of a token, checksum included? Typing errors are caught without a look-up. */
export function isWellFormedToken(text: string): boolean {
  const match = PATTERN.exec(text);
  return match !== null && checksum(match[1] ?? '') === match[2];
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Stores a token (a new one when none is given) and returns it: the only time that it is seen. */
export async function issueToken(
  store: TokenStore,
  grant: Pick<TokenRecord, 'name' | 'scopes'> &
    Partial<Pick<TokenRecord, 'expiresAt' | 'models' | 'owner'>> & { token?: string },
): Promise<{ id: string; token: string }> {
  const token = grant.token ?? newToken();
  const id = randomUUID();
  await store.insert({
    id,
    name: grant.name,
    hash: hashToken(token),
    scopes: grant.scopes,
    expiresAt: grant.expiresAt ?? null,
    models: grant.models ?? null,
    owner: grant.owner ? ownerOf(grant.owner) : null,
  });
  return { id, token };
}

/**
 * A new token with the same rights; the old one goes on for the overlap, so that whoever has it can change over.
 * @param overlapMs from `now`
 */
export async function rotateToken(
  store: TokenStore,
  old: TokenRecord,
  now: Instant,
  overlapMs: number,
): Promise<{ id: string; token: string; oldExpiresAt: Instant }> {
  const { name, scopes, models, owner, expiresAt } = old;
  const issued = await issueToken(store, { name, scopes, models, owner, expiresAt });
  const oldExpiresAt = Math.min(expiresAt ?? Infinity, now + overlapMs);
  await store.endBy(old.id, oldExpiresAt);
  return { ...issued, oldExpiresAt };
}

/** Who a token's bearer is for the record. */
export const actorOf = ({ name, owner }: Pick<TokenRecord, 'name' | 'owner'>): string =>
  owner === null ? `token:${name}` : `${owner}/token:${name}`;

function checksum(random: string): string {
  let n = crc32(random);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = (ALPHABET[n % ALPHABET.length] ?? '') + text;
    n = Math.floor(n / ALPHABET.length);
  }
  return text;
}
