import { HAND_EVENTS } from '../access/hands.ts';

/**
 * Events that stay when others are detached, since they are asked for at any age: who had a hand in a version, who is who, who made a token or a source
 * (four eyes), and what a deleted model was called (lineage). Whoever asks for another type of old events adds it here.
 */
export const KEPT_EVENTS: readonly string[] = [
  ...HAND_EVENTS,
  'user.logged_in',
  'token.issued',
  'token.rotated',
  'source.added',
  'model.deleted',
];
