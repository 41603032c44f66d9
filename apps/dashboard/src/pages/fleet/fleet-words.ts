import type { Schemas } from '#libs/client';

type PlaneState = Schemas['DataPlane']['state'];

/** What a state of a data plane means for callers and rollouts. */
export const STATE_WORDS: Readonly<Record<PlaneState, string>> = {
  serving: 'serves by the newest route of each model',
  behind: 'has not acknowledged the newest route of some model: that model’s step waits for it',
  silent: 'is not heard of: if it still runs, it serves by the routes that it has, and no step waits for it',
  reporting: 'brings what others have counted, and serves nobody',
};

/** A state of `toneOf`, by which it is coloured. */
export const stateTone = (state: PlaneState): string =>
  ({ serving: 'active', behind: 'waiting', silent: 'silent', reporting: 'silent' })[state];

/** What gates are fed with, as people call it. */
export const FEED_WORDS: Readonly<Record<Schemas['Fleet']['feeds'][number], string>> = {
  answers: 'what is answered',
  streams: 'streams',
  segments: 'segments',
  shadow: 'shadows',
  rings: 'rings',
};
