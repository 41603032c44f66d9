import type { StreamEvent, StreamOptions } from '#libs/client';

/** What tabs say to each other. `count` grows with every message of a leader that makes something out of date. */
export type Told =
  | { readonly kind: 'ask' }
  | { readonly kind: 'state'; readonly leader: string; readonly count: number; readonly state: StreamState }
  | { readonly kind: 'event'; readonly leader: string; readonly count: number; readonly event: StreamEvent };

/** `refused`: the login is no good any more. */
export type StreamState = 'up' | 'down' | 'refused';

type Ears = Pick<StreamOptions, 'connected' | 'event' | 'lost'> & { readonly refused: () => void };

/** What a tab makes of a leader's words: whatever it may have missed (another leader, a gap) is `connected` anew. */
export class Follower {
  private leader = '';
  private count = -1;
  private state: StreamState = 'down';
  private heard = 0;

  constructor(private readonly ears: Ears) {}

  /** How often a leader was heard. */
  get heardCount(): number {
    return this.heard;
  }

  hear(told: Told): void {
    if (told.kind === 'ask') return;
    this.heard++;
    const before = { leader: this.leader, count: this.count, state: this.state };
    this.leader = told.leader;
    this.count = told.count;
    this.state = told.kind === 'state' ? told.state : 'up';
    const isNew = told.leader !== before.leader;
    if (this.state !== 'up') {
      if (!isNew && this.state === before.state) return;
      if (this.state === 'refused') this.ears.refused();
      this.ears.lost?.(new Error('the tab that reads the stream has lost it'));
      return;
    }
    const expected = told.kind === 'event' ? before.count + 1 : before.count;
    if (isNew || before.state !== 'up' || told.count !== expected) this.ears.connected();
    if (told.kind === 'event') this.ears.event(told.event);
  }
}
