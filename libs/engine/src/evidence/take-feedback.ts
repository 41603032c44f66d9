import { createHash } from 'node:crypto';
import type { Instant } from '#libs/kernel';
import { feedbackName, type EvidenceGate, type Gate } from '#libs/rollout';
import { EMPTY_TALLY, pointsAround, sliceAt, sparseMomentsOf, UNIT_GROUPS, unitBlock } from '#libs/stats';
import { dealUnit, unitGroup } from '#libs/traffic';
import { MOST_EVENTS_OF_REQUEST } from '../ports/feedback-ports.ts';
import type { Served } from '../ports/feedback-records.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import type { EvidenceEntry, RolloutRecord } from '../ports/records.ts';

/** What a caller reports about one answer, or about one of its users. */
export interface Feedback {
  /** The model that it is about. A receipt says so itself. */
  readonly model: string;
  readonly metric: string;
  readonly value: number;
  readonly at: Instant | null;
  /** The caller's own name for this event; the same one again is a repeat. */
  readonly id: string | null;
  readonly by:
    | { readonly kind: 'receipt'; readonly served: Served; readonly requestId: string }
    | { readonly kind: 'request'; readonly requestId: string }
    | { readonly kind: 'unit'; readonly unit: string };
}

/** What became of a batch, item by item where something is to be said. */
export interface FeedbackReport {
  readonly counted: number;
  /** Known already. */
  readonly repeated: number;
  /** Nobody judges by it: no rollout had served it, or no gate asks for the metric. */
  readonly unattributed: number;
  readonly refused: readonly { readonly index: number; readonly because: string }[];
}

/** Events from the future are a wrong clock; ancient ones belong to no rollout that matters. */
const FUTURE_MS = 5 * 60_000;
const PAST_MS = 30 * 86_400_000;

interface Attributed {
  readonly index: number;
  readonly served: Served;
  readonly gate: FeedbackGate;
  readonly identity: string;
  readonly subject: string | null;
  readonly value: number;
}
type FeedbackGate = Extract<EvidenceGate, { metric: 'feedback' }>;

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
    const sought = new Seeker(stores, now);
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

/** Finds, for each item, the rollouts and arms that it counts for. Looks everything up once. */
class Seeker {
  private readonly rollouts = new Map<string, RolloutRecord | null>();
  private readonly guarded = new Map<string, readonly RolloutRecord[]>();
  private requests = new Map<string, ReadonlyMap<string, Served>>();

  constructor(
    private readonly stores: Stores,
    private readonly now: Instant,
  ) {}

  async loadRequests(batch: readonly Feedback[]): Promise<void> {
    const byModel = new Map<string, string[]>();
    for (const { by, model } of batch)
      if (by.kind === 'request') byModel.set(model, [...(byModel.get(model) ?? []), by.requestId]);
    for (const [model, ids] of byModel)
      this.requests.set(model, await this.stores.feedback.findServed(model, ids));
  }

  async targetsOf(item: Feedback): Promise<Omit<Attributed, 'index' | 'value'>[]> {
    const { by, model, metric } = item;
    const at = item.at ?? this.now;
    const own =
      by.kind === 'receipt'
        ? by.served
        : by.kind === 'request'
          ? (this.requests.get(model)?.get(by.requestId) ?? null)
          : await this.byUnit(model, by.unit, at);
    const targets: Omit<Attributed, 'index' | 'value'>[] = [];
    const rollout = own && (await this.rollout(own.rolloutId));
    const gate = rollout && gateFor(rollout, null, metric);
    if (own && gate) targets.push({ served: own, gate, ...eventOf(item, own.rolloutId) });
    if (by.kind !== 'unit') return targets;
    for (const other of await this.guardedBy(model)) {
      const guard = gateFor(other, model, metric);
      const served = guard && (await this.byUnit(other.model, by.unit, at));
      if (guard && served?.rolloutId === other.id)
        targets.push({ served, gate: guard, ...eventOf(item, other.id) });
    }
    return targets;
  }

  /** The assignment at an instant: a pure function of the route that was in force and the unit. */
  private async byUnit(modelName: string, unit: string, at: Instant): Promise<Served | null> {
    const model = await this.stores.models.find(modelName);
    const route = model && (await this.stores.feedback.routeAt(model.id, at));
    if (!route || route.rolloutId === null) return null;
    const { rolloutId, revision } = route;
    const dealt = dealUnit(route, unit);
    // In no arm's evidence, or, where a header or the body says who is in a ring, nobody can tell.
    if (dealt?.isJudged !== true) return null;
    const group = unitGroup(route.salt, unit, UNIT_GROUPS);
    return { rolloutId, revision, arm: dealt.arm, segments: [], unitGroup: group };
  }

  private async rollout(id: string): Promise<RolloutRecord | null> {
    if (!this.rollouts.has(id)) this.rollouts.set(id, await this.stores.rollouts.find(id));
    return this.rollouts.get(id) ?? null;
  }

  private async guardedBy(model: string): Promise<readonly RolloutRecord[]> {
    const known = this.guarded.get(model) ?? (await this.stores.feedback.guardedBy(model));
    this.guarded.set(model, known);
    return known;
  }
}

function gateFor(rollout: RolloutRecord, model: string | null, metric: string): FeedbackGate | null {
  const isIt = (gate: Gate): gate is FeedbackGate =>
    gate.metric === 'feedback' && gate.feedback === metric && gate.model === model;
  return policyOf(rollout).gates.find(isIt) ?? null;
}

/** One value for each (event, metric, rollout); without an id the request, or all that is said of the unit, names the event. */
function eventOf(
  { by, metric, id, at, value, model }: Feedback,
  rolloutId: string,
): Pick<Attributed, 'identity' | 'subject'> {
  const kind = by.kind === 'unit' ? 'unit' : 'request';
  const hashed = (event: string): string =>
    createHash('sha256')
      .update(JSON.stringify([rolloutId, model, metric, kind, event]))
      .digest('hex')
      .slice(0, 32);
  if (by.kind === 'unit')
    return { identity: hashed(id ?? `${by.unit} ${String(at)} ${value}`), subject: null };
  return { identity: hashed(id ?? by.requestId), subject: hashed(by.requestId) };
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
