import { formatDuration, type Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import type { EventRecord } from '../ports/records.ts';
import { ENGINE } from '../access/engine-actor.ts';

/**
 * Commands that mean something else once they were carried out: "go back" from where, "end this step" which one?
 * Whoever says neither `from` nor `step` and repeats one within this time, be it another person who saw the same
 * alarm or a client after a time-out, means the one that was carried out.
 */
export const REPEAT_WITHIN_MS = 10_000;

/** Events looked through; a model has few in ten seconds. */
const MOST_EVENTS = 50;

/** A command that was carried out a moment ago. */
export interface Done {
  readonly actor: string;
  readonly at: Instant;
  /** The step at which it found the rollout, if it was about one. */
  readonly step: number | null;
}

export type RelativeCommand = 'rollback' | 'skip' | 'approve';

/**
 * The newest of these commands on a model (a rollback by the engine itself is one, too), unless somebody has moved its traffic otherwise since. Pure.
 * @param events of the model, newest first
 * @param rolloutId the rollout that the command is about; `null` for the model's own rollback
 */
export function findDone(
  events: readonly EventRecord[],
  command: RelativeCommand,
  rolloutId: string | null,
  now: Instant,
): Done | null {
  for (const event of events) {
    if (now - event.at > REPEAT_WITHIN_MS) return null;
    const { actor, at, data } = event;
    const isOfIt = rolloutId === null || event.rolloutId === rolloutId;
    const isBack =
      command === 'rollback' && (data['intent'] === 'rollback' || event.type === 'rollout.rolled_back');
    if (isOfIt && (data['command'] === command || isBack))
      return { actor, at, step: typeof data['commandAt'] === 'number' ? data['commandAt'] : null };
    // What the engine does of itself meanwhile changes nothing about what the person saw.
    if (actor !== ENGINE && isOfIt && event.type.startsWith('rollout.') && !onlyWaits(event)) return null;
  }
  return null;
}

/** A rollout that waits in the queue moves no traffic, whenever it is to start. */
const onlyWaits = ({ type, data }: EventRecord): boolean =>
  type === 'rollout.rescheduled' || (type === 'rollout.created' && data['queued'] === true);

/** As `findDone`, of the model's record. The caller holds the model's lock. */
export async function commandDone(
  stores: Stores,
  modelId: string,
  command: RelativeCommand,
  rolloutId: string | null,
): Promise<Done | null> {
  const { items } = await stores.events.list(modelId, { pageSize: MOST_EVENTS, pageToken: null });
  return findDone(items, command, rolloutId, await stores.now());
}

/** In words, for whoever asked again. */
export const doneAlready = (what: string, { actor, at }: Done, now: Instant, further: string): string =>
  `${what} already, ${formatDuration(Math.max(1_000, Math.round((now - at) / 1_000) * 1_000))} ago by ${actor}; asked again within ${formatDuration(REPEAT_WITHIN_MS)}, nothing more was done. ${further}`;
