import type { Instant } from '#libs/kernel';

/** Something that happened. Append-only; hashed into a chain per model. */
export interface EventRecord {
  readonly sequence: number;
  readonly model: string;
  readonly rolloutId: string | null;
  readonly type: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Instant;
  readonly hash: string;
}
