import type { Instant } from '#libs/kernel';
import type { Role } from '../access/access.ts';

/** A person who has logged in; the cookie's secret is kept as its SHA-256 only. */
export interface SessionRecord {
  readonly id: string;
  readonly hash: string;
  /** Who it is at the issuer, for ever. */
  readonly subject: string;
  /** What people call them: their e-mail address, or the subject. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly expiresAt: Instant;
}

export interface SessionStore {
  insert(session: SessionRecord): Promise<void>;
  /** The session, unless it has ended. */
  use(hash: string): Promise<SessionRecord | null>;
  /** Those of these ids that are of a session which has not ended. */
  alive(ids: readonly string[]): Promise<readonly string[]>;
  remove(hash: string): Promise<boolean>;
  /** Takes away those that have ended. */
  tidy(): Promise<void>;
}
