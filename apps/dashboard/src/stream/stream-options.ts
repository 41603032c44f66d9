import type { StreamOptions } from '#libs/client';

export interface SharedStreamOptions extends Omit<StreamOptions, 'fetch'> {
  /** Names who is logged in: tabs share with tabs of the same name only. */
  readonly share: string;
  /** The api says that this login is no good any more. */
  readonly refused: () => void;
}
