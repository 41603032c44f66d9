import { formatDuration, type Instant } from '#libs/kernel';
import type { Action } from '#libs/rollout';
import type { Stores } from '../ports/ports.ts';
import type { EventRecord, RolloutRecord } from '../ports/records.ts';
import { ENGINE } from '../access/engine-actor.ts';

/*
 * What has been done already, by the same words, is the answer to them: 200, with what was done. Two rules say when that is so.
 *
 * - A command that means something else once it was carried out (`RelativeCommand`) is known by the time: `findDone`.
 * - Any other one, and each once there is nothing left that it could mean (the state refuses it), is known by the record: whatever the engine
 *   has done since by going on is what was asked for; a word of somebody else, or a step back by the engine, is not: `doneBefore`.
 */

/**
 * Commands that mean something else once they were carried out: "go back" from where, "end this step" which one?
 * Whoever says neither `from` nor `step` and repeats one within this time, be it another person who saw the same
 * alarm or a client after a time-out, means the one that was carried out.
 */
export const REPEAT_WITHIN_MS = 10_000;

/** Events read at once; a model has few in ten seconds, unless a program registers versions by the hundred. */
const PAGE = 100;

/** A command that was carried out a moment ago. */
export interface Done {
  readonly actor: string;
  readonly at: Instant;
  /** The step at which it found the rollout, if it was about one. */
  readonly step: number | null;
}

/** A command that is noted with what it does, so that a repeat of it is known. */
export type NotedCommand = Action | 'rollback';
export type RelativeCommand = Extract<NotedCommand, 'rollback' | 'skip' | 'approve'>;

/** By these the engine takes back what a person has asked for. */
const AGAINST_IT: ReadonlySet<string> = new Set([
  ...['rollout.paused', 'rollout.rolled_back', 'rollout.aborted', 'rollout.superseded'],
  'rollout.approval_voided',
]);

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
    // Also one of a time that is still to come: the clock was set back, and a rollback would be swallowed until it is there again.
    if (Math.abs(now - event.at) > REPEAT_WITHIN_MS) return null;
    const { actor, at, data } = event;
    const isOfIt = rolloutId === null || event.rolloutId === rolloutId;
    const isBack = command === 'rollback' && wentBack(event);
    if (isOfIt && (data['command'] === command || isBack)) return { actor, at, step: stepOf(data) };
    // What the engine does of itself meanwhile changes nothing about what the person saw.
    if (actor !== ENGINE && isOfIt && event.type.startsWith('rollout.') && !onlyWaits(event)) return null;
  }
  return null;
}

/** Has the model gone back by it? One that had not begun when it ended had no traffic to leave. */
const wentBack = ({ type, data }: EventRecord): boolean =>
  data['intent'] === 'rollback' || (type === 'rollout.rolled_back' && data['was'] !== 'pending');

const stepOf = (data: EventRecord['data']): number | null =>
  typeof data['commandAt'] === 'number' ? data['commandAt'] : null;

/**
 * The same command as the last thing that anybody has said to a rollout, with nothing since that speaks against it, however long ago. Pure.
 * An approval is its approver's own: others have said theirs beside it.
 * @param events of the rollout, oldest first
 */
export function doneBefore(
  events: readonly EventRecord[],
  command: Action,
  said: { readonly actor: string },
): Done | null {
  for (const { actor, at, type, data } of events.toReversed()) {
    if (actor === ENGINE) {
      if (AGAINST_IT.has(type)) return null;
    } else if (data['command'] !== command) return null;
    else if (command !== 'approve' || actor === said.actor) return { actor, at, step: stepOf(data) };
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
  const now = await stores.now();
  const events: EventRecord[] = [];
  for (let pageToken: string | null = null; ;) {
    const page = await stores.events.list(modelId, { pageSize: PAGE, pageToken });
    events.push(...page.items);
    const oldest = events.at(-1);
    pageToken = page.nextPageToken;
    if (pageToken === null || oldest === undefined || Math.abs(now - oldest.at) > REPEAT_WITHIN_MS) break;
  }
  return findDone(events, command, rolloutId, now);
}

/** In words, for whoever asked again within the time. */
export const doneAlready = (what: string, done: Done, now: Instant, further: string): string =>
  `${what} already, ${ago(done, now)}; asked again within ${formatDuration(REPEAT_WITHIN_MS)}, nothing more was done. ${further}`;

/** In words, for whoever asked again when that could mean nothing else. */
export const doneLongAgo = (
  what: string,
  done: Done,
  now: Instant,
  { state }: Pick<RolloutRecord, 'state'>,
): string =>
  `${what} already, ${ago(done, now)}; the rollout is ${state.replaceAll('_', ' ')} by now, and nothing more was done.`;

const ago = ({ actor, at }: Done, now: Instant): string =>
  `${formatDuration(Math.max(1_000, Math.round((now - at) / 1_000) * 1_000))} ago by ${actor}`;
