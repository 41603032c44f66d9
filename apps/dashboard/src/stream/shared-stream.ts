import { whileAwake } from './awake.ts';
import { Follower, type Told } from './follower.ts';
import { lead } from './lead.ts';
import type { SharedStreamOptions } from './stream-options.ts';
import { pollEvents } from './poll-events.ts';
import { pause } from './pause.ts';

/** How often a tab asks the leader for a sign of life, and how long it waits for one. */
const ASK_MS = 5_000;
const ANSWER_MS = 4_000;

/**
 * Follows what happens, by one connection for all tabs of a browser that are logged in alike: a browser has six per
 * host over HTTP/1.1, and a stream holds one for good. The tab that holds a lock leads: it reads the stream and tells
 * the others. When it is closed or crashes the browser hands the lock on; before it is frozen it lets go; when it
 * does not answer, whatever holds it, the lock is taken from it. Whoever leads next says `connected`, so what happened in between is looked at anew.
 * Without Web Locks (plain http from another machine is no secure context) each tab asks every few seconds.
 */
export async function followShared(options: SharedStreamOptions): Promise<void> {
  if (!('locks' in navigator)) return pollEvents(options);
  const channel = new BroadcastChannel(options.share);
  try {
    await whileAwake(async (signal) => {
      for (let steals = false; !signal.aborted;)
        steals = await takeTurn({ ...options, signal }, channel, steals);
    }, options.signal);
  } finally {
    channel.close();
  }
}

/**
 * Follows another tab until this one leads, and leads until it is stopped or the lock is taken from it.
 * @param steals the leader does not answer: take its place
 * @returns whether the next turn is to steal
 */
async function takeTurn(
  options: SharedStreamOptions,
  channel: BroadcastChannel,
  steals: boolean,
): Promise<boolean> {
  const following = new AbortController();
  const leading = new AbortController();
  const silent = new AbortController();
  const stopFollowing = AbortSignal.any([options.signal, following.signal]);
  const follower = new Follower(options);
  channel.onmessage = ({ data }: MessageEvent<Told>) => follower.hear(data);
  if (!steals)
    void askForLife(channel, follower, stopFollowing).then((isSilent) => isSilent && silent.abort());
  const queued = steals ? { steal: true } : { signal: AbortSignal.any([options.signal, silent.signal]) };
  try {
    await navigator.locks.request(options.share, queued, async () => {
      following.abort();
      await lead(options, channel, AbortSignal.any([options.signal, leading.signal]));
    });
  } catch {
    // Stopped, taken away by another tab, or the leader is silent.
  } finally {
    following.abort();
    leading.abort();
  }
  return silent.signal.aborted;
}

/** @returns whether the leader gave no sign of life; false: nobody asks any more */
async function askForLife(
  channel: BroadcastChannel,
  follower: Follower,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const before = follower.heardCount;
    channel.postMessage({ kind: 'ask' } satisfies Told);
    await pause(ANSWER_MS, signal);
    if (signal.aborted) return false;
    if (follower.heardCount === before) return true;
    await pause(ASK_MS, signal);
  }
  return false;
}
