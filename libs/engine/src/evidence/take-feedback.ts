import type { Instant } from '#libs/kernel';
import { feedbackName } from '#libs/rollout';
import { EMPTY_TALLY, pointsAround, sliceAt, sparseMomentsOf, unitBlock } from '#libs/stats';
import { MOST_EVENTS_OF_REQUEST } from '../ports/feedback-ports.ts';
import type { UnitOfWork } from '../ports/ports.ts';
import type { EvidenceEntry } from '../ports/records.ts';
import type { Feedback, FeedbackReport } from './feedback.ts';
import { type Attributed, FeedbackTargets, type FeedbackGate } from './feedback-targets.ts';

/** Events from the future are a wrong clock; ancient ones belong to no rollout that matters. */
const FUTURE_MS = 5 * 60_000;
const PAST_MS = 30 * 86_400_000;

/**
 * Counts feedback for the arm that served: by receipt at once, by request id within the window in
 * which requests are remembered, by unit through the assignment at the event's time, which anybody
 * can recompute. Feedback on one model also counts for rollouts of others that are guarded by it.
 * Each item counts once, in one transaction with the rest; late ones count for their own step.
 */
export async function takeFeedback(uow: UnitOfWork, batch: readonly Feedback[]): Promise<FeedbackReport> {
  const [report] = await takeFeedbackTogether(uow, [batch]);
  if (!report) throw new Error('a batch of feedback has no report');
  return report;
}

/**
 * The same for the batches of several callers at once, as if each had come after the one before: one transaction, and one
 * write to each row of evidence, however many of them there are.
 * @returns a report for each, whose indexes are of its own batch
 */
export async function takeFeedbackTogether(
  uow: UnitOfWork,
  batches: readonly (readonly Feedback[])[],
): Promise<readonly FeedbackReport[]> {
  const batch = batches.flat();
  return uow.run(async (stores) => {
    const now = await stores.now();
    const refused: { index: number; because: string }[] = [];
    const attributed: Attributed[] = [];
    const sought = new FeedbackTargets(stores, now);
    await sought.loadRequests(batch);
    for (const [index, item] of batch.entries()) {
      const mistake = mistakeOf(item, now);
      const found = mistake === null ? await sought.targetsOf(item) : [];
      const wrong = mistake ?? found.map(({ gate }) => wrongValue(gate, item.value)).find((w) => w !== null);
      if (wrong) refused.push({ index, because: wrong });
      else for (const one of found) attributed.push({ ...one, index, value: item.value });
    }
    const { fresh, beyond } = await stores.feedback.claim(
      attributed.map(({ served, identity, subject }) => ({ rolloutId: served.rolloutId, identity, subject })),
    );
    // Within one batch the first of the same identity counts.
    const seen = new Set<string>();
    const counted = attributed.filter(({ identity }) => {
      if (seen.has(identity) || !fresh.has(identity)) return false;
      seen.add(identity);
      return true;
    });
    const { rollouts } = await stores.evidence.add(counted.flatMap((one) => entriesOf(one, now)));
    await stores.agenda.wakeForEvidence(rollouts);
    const tooMany = attributed.filter(({ identity }) => beyond.has(identity));
    let from = 0;
    return batches.map(({ length }) => {
      const own = { from, length };
      from += length;
      return reportOf(own, { counted, attributed, tooMany, refused });
    });
  });
}

interface Outcomes {
  readonly counted: readonly { readonly index: number }[];
  readonly attributed: readonly { readonly index: number }[];
  readonly tooMany: readonly { readonly index: number }[];
  readonly refused: readonly { readonly index: number; readonly because: string }[];
}

/** @param own which items are the batch's */
function reportOf(own: { from: number; length: number }, outcomes: Outcomes): FeedbackReport {
  const isOwn = ({ index }: { index: number }): boolean => index >= own.from && index < own.from + own.length;
  const indexes = (list: readonly { index: number }[]): Set<number> =>
    new Set(list.filter(isOwn).map(({ index }) => index - own.from));
  const [hit, all] = [indexes(outcomes.counted), indexes(outcomes.attributed)];
  const tooMany = indexes(outcomes.tooMany);
  const wrong = outcomes.refused.filter(isOwn).map((one) => ({ ...one, index: one.index - own.from }));
  const because = `more than ${MOST_EVENTS_OF_REQUEST} events of one request`;
  return {
    counted: hit.size,
    repeated: all.size - hit.size - tooMany.size,
    unattributed: own.length - all.size - wrong.length,
    refused: [...wrong, ...[...tooMany].map((index) => ({ index, because }))],
  };
}

function mistakeOf({ at }: Feedback, now: Instant): string | null {
  if (at === null) return null;
  if (at > now + FUTURE_MS) return 'it is from the future; check the clock of whoever sends it';
  return at < now - PAST_MS ? 'it is older than 30 days' : null;
}

function wrongValue({ feedback, values }: FeedbackGate, value: number): string | null {
  return values === 'proportion' && value !== 0 && value !== 1
    ? `the policy reads ${feedback} as a proportion, so each value is 0 or 1`
    : null;
}

/** What goes together is counted for everybody: events of one unit, and those that are reported at one time. */
function entriesOf({ served, gate, value }: Attributed, now: Instant): EvidenceEntry[] {
  const { rolloutId, revision, arm } = served;
  const name = feedbackName(gate);
  const tally = {
    ...EMPTY_TALLY,
    measures: { [name]: sparseMomentsOf(value) },
    ...(gate.bound && { points: { [name]: Object.fromEntries(pointsAround(value)) } }),
  };
  const counts = { n: 1, sum: value };
  const together =
    served.unitGroup === undefined
      ? {}
      : { blocks: { [name]: { [unitBlock(served.unitGroup)]: counts, [sliceAt(now)]: counts } } };
  const segments = served.segments.filter((segment) => segment.startsWith(`${gate.name}=`));
  return [
    { rolloutId, revision, arm, tally: { ...tally, ...together } },
    ...segments.map((segment) => ({ rolloutId, revision, arm, segment, tally })),
  ];
}
