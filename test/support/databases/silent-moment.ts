import type { FaultyRelay } from './faulty-relay.ts';

/** `asked`: what is asked then is lost with all connections; `answered`: it arrives, and its answer is lost with them. */
export type LostAt = 'asked' | 'answered';

export interface Moment {
  /** A piece that a process sends on a connection of its pool: the moment is the first that has this text. */
  readonly text: string;
  /** The next piece after that, whatever it is. */
  readonly next?: true;
  readonly at: LostAt;
}

/**
 * All connections through a relay are forgotten at one moment of a request, looked for from when its Idempotency-Key is claimed.
 * @returns has it come to that?
 */
export function silentAt(relay: FaultyRelay, key: string, { text, next, at }: Moment): () => boolean {
  const seen = { claim: false, text: false, moment: false };
  relay.heedBy((bytes, name) => {
    if (name !== 'understudy' || seen.moment) return;
    seen.claim ||= bytes.includes(key);
    if (!seen.claim) return;
    const isAfter = seen.text;
    seen.text ||= bytes.includes(text);
    if (next ? !isAfter : !seen.text) return;
    seen.moment = true;
    if (at === 'asked') return void relay.mute();
    relay.loseBy((answer) => {
      relay.loseBy(null);
      relay.mute();
      return answer;
    });
  });
  return () => seen.moment;
}
