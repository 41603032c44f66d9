import { agoMs, type Instant, redact } from '#libs/kernel';
import { messageOf } from './event-message.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import type { DueDelivery, EventSender, Rooms, Settlement } from '../ports/subscriptions.ts';

export interface DeliveryPorts {
  readonly uow: UnitOfWork;
  readonly sender: EventSender;
  readonly publicUrl: string | null;
}

const FIRST_PAUSE_MS = 5_000;
const MOST_PAUSE_MS = 2 * 3_600_000;
/** `Retry-After: 0` would have it again as fast as it is refused. */
const LEAST_ASKED_MS = 1_000;
/** `Retry-After` is heeded up to this: it is for a rush that is over in minutes. */
const MOST_ASKED_MS = 15 * 60_000;
/** Longer than a day: who was away for one gets everything. */
export const GIVEN_UP_AFTER_MS = 48 * 3_600_000;
const CLAIM_MS = 60_000;
/** Deliveries that are taken at once. */
const AT_ONCE = 32;
const GONE = 410;
/** So many refusals with nothing taken in between, over two days, are an endpoint that is dead. */
const REFUSALS = 10;
/** Of the 4xx, those that ask for another attempt: a time-out, too early, too many. Every other one is about this very message. */
const ASKS_AGAIN = new Set([408, 425, 429]);

/**
 * When an attempt that failed is followed by the next: 5 s, 15 s, 45 s … and every two hours in the end.
 * @param attempts so far, 1 or more @param random 0 to 1, so that many do not come back at the same moment
 */
export function pauseAfter(attempts: number, random: number): number {
  const pause = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** Math.min(attempts - 1, 10));
  return Math.round(pause * (0.9 + 0.2 * random));
}

/**
 * Takes deliveries that are due for this process, in order per model. Each must be delivered (`deliverEvent`) soon.
 * @param now the database's time (a test's, where days must pass)
 * @param rooms how many of each subscription
 */
export const takeDue = (
  { uow }: Pick<DeliveryPorts, 'uow'>,
  now: Instant,
  rooms: Rooms = { each: AT_ONCE, of: new Map() },
): Promise<readonly DueDelivery[]> =>
  uow.run((stores) => stores.subscriptions.claimDue(now, { most: AT_ONCE, claimMs: CLAIM_MS, rooms }));

/**
 * Posts what is due, each event to each subscription, and waits for all of it.
 * @returns how many were tried; there may be more
 */
export async function deliverDue(ports: DeliveryPorts, now: Instant, random: () => number): Promise<number> {
  const due = await takeDue(ports, now);
  await Promise.all(due.map((delivery) => deliverEvent(ports, delivery, () => now, random())));
  return due.length;
}

/**
 * Posts one event that was taken (`takeDue`), and notes what became of it.
 * @param clock tells the database's time: an answer may take long, and a pause begins with it
 * @param random 0 to 1
 */
export async function deliverEvent(
  ports: DeliveryPorts,
  delivery: DueDelivery,
  clock: () => Instant,
  random: number,
): Promise<void> {
  const { headers, body } = messageOf(delivery, clock(), ports.publicUrl);
  const answer = await ports.sender.post(delivery.subscription.url, headers, body).then(
    ({ status, retryAfterMs }) => ({ status, retryAfterMs, error: null }),
    (error: unknown) => ({ status: null, retryAfterMs: null, error: wordsOf(error) }),
  );
  const now = clock();
  const isThere = answer.status !== null && answer.status >= 200 && answer.status < 300;
  const error = isThere ? null : (answer.error ?? `it answers ${answer.status ?? 'nothing'}`);
  const outcome = isThere
    ? ({ kind: 'delivered' } as const)
    : outcomeOf(delivery, now, answer.status, pauseOf(answer.retryAfterMs, delivery.attempts, random));
  const settled: Settlement = {
    ...{
      id: delivery.id,
      subscriptionId: delivery.subscription.id,
      outcome,
      status: answer.status,
      error,
      at: now,
    },
  };
  await ports.uow.run(async (stores) => {
    // Who is refused may be disabled, which is noted.
    if (outcome.kind === 'dead') await stores.events.holdInstallation();
    await stores.subscriptions.settle(settled);
    if (outcome.kind !== 'dead') return;
    const { id, name } = delivery.subscription;
    const current = await stores.subscriptions.find(id);
    if (current?.state !== 'active') return;
    const because = whyDisabled(current.failingSince, now, answer.status, error);
    if (because === null) return;
    if (answer.status !== GONE && !(await hasFailedThroughout(stores, delivery, current.failingSince, now)))
      return;
    await stores.subscriptions.update(id, { state: 'disabled', because });
    await stores.events.appendToInstallation({
      type: 'subscription.disabled',
      actor: 'engine',
      data: { id, name, because },
    });
  });
}

const pauseOf = (askedMs: number | null, attempts: number, random: number): number =>
  askedMs === null
    ? pauseAfter(attempts, random)
    : Math.min(Math.max(askedMs, LEAST_ASKED_MS), MOST_ASKED_MS);

/** Since long enough to give up? Of a time still to come (a clock was set back) nobody knows: nothing is given up for that. */
const lasts = (since: Instant, now: Instant): boolean => (agoMs(since, now) ?? 0) >= GIVEN_UP_AFTER_MS;

/** Whether an event that was not taken is tried again. What is refused for good holds nothing back that comes after it. */
function outcomeOf(
  delivery: DueDelivery,
  now: Instant,
  status: number | null,
  pauseMs: number,
): Settlement['outcome'] {
  const isRefused = status !== null && status >= 400 && status < 500 && !ASKS_AGAIN.has(status);
  if (isRefused || lasts(delivery.firstTriedAt, now)) return { kind: 'dead' };
  return { kind: 'again', at: now + pauseMs };
}

/** Two refusals that lie days apart, and nothing sent in between, say nothing of those days. */
async function hasFailedThroughout(
  stores: Stores,
  { firstTriedAt, subscription: { id } }: DueDelivery,
  failingSince: Instant | null,
  now: Instant,
): Promise<boolean> {
  if (lasts(firstTriedAt, now)) return true;
  const page = { pageSize: REFUSALS, pageToken: null };
  const { items } = await stores.subscriptions.deliveries(id, 'dead', page);
  return (
    items.length === REFUSALS &&
    items.every((one) => (one.firstTriedAt ?? one.createdAt) >= (failingSince ?? now))
  );
}

/** @param failingSince since when nothing has arrived there; `null`: something has */
function whyDisabled(
  failingSince: Instant | null,
  now: Instant,
  status: number | null,
  error: string | null,
): string | null {
  if (status === GONE) return 'its endpoint says that it is gone (410)';
  if (failingSince === null || !lasts(failingSince, now)) return null;
  return `nothing has arrived for two days (${error ?? ''})`;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  // Before it is cut off: half a secret is not known for one.
  return redact(error.cause instanceof Error ? error.cause.message : error.message).slice(0, 300);
}
