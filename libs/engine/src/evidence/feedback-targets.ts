import { createHash } from 'node:crypto';
import type { Instant } from '#libs/kernel';
import type { EvidenceGate, Gate } from '#libs/rollout';
import { UNIT_GROUPS } from '#libs/stats';
import { dealUnit, unitGroup } from '#libs/traffic';
import type { Served } from '../ports/feedback-records.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import type { Feedback } from './feedback.ts';

/** What a caller reports, and the arm of a rollout that it counts for. */
export interface Attributed {
  readonly index: number;
  readonly served: Served;
  readonly gate: FeedbackGate;
  readonly identity: string;
  readonly subject: string | null;
  readonly value: number;
}
export type FeedbackGate = Extract<EvidenceGate, { metric: 'feedback' }>;

/** Finds, for each item, the rollouts and arms that it counts for. Looks everything up once. */
export class FeedbackTargets {
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
