import { createHash, randomInt, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Instant } from '#libs/kernel';

/** What a token may do. `admin` may do everything. */
export const SCOPES = ['read', 'publish', 'operate', 'admin', 'gateway', 'feedback'] as const;
export type Scope = (typeof SCOPES)[number];

/** A token as it is stored: never the token itself, only its SHA-256. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | null;
}

export interface TokenStore {
  insert(token: TokenRecord): Promise<void>;
  /** The token with this hash unless it has expired; notes that it was used. */
  use(hash: string): Promise<TokenRecord | null>;
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
  grant: { name: string; scopes: readonly Scope[]; expiresAt?: Instant | null; token?: string },
): Promise<{ id: string; token: string }> {
  const token = grant.token ?? newToken();
  const id = randomUUID();
  await store.insert({
    id,
    name: grant.name,
    hash: hashToken(token),
    scopes: grant.scopes,
    expiresAt: grant.expiresAt ?? null,
  });
  return { id, token };
}

function checksum(random: string): string {
  let n = crc32(random);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = (ALPHABET[n % ALPHABET.length] ?? '') + text;
    n = Math.floor(n / ALPHABET.length);
  }
  return text;
}
