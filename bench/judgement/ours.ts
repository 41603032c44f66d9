import {
  addValue,
  bucketIndex,
  independentRates,
  judgeMeans,
  judgeQuantileIncrease,
  judgeRateIncrease,
  NO_MOMENTS,
  oneStratum,
  UNIT_GROUPS,
  type Budget,
  type Moments,
  type TwoArms,
  type VerdictKind,
} from '#libs/stats';
import type { Scenario } from './streams.ts';

/** Margins: as the default policy has them; clicks and scores as one would set them. */
const MARGINS = { error_rate: 0.01, latency_p95: 1.25, click: 0.02, score: 0.1 } as const;

/** Our gate on one metric at one weight, fed with one request after the other. */
export function ourGate(metric: Scenario['metric'], weight: number, budget: Budget) {
  const rates = { c: { successes: 0, trials: 0 }, p: { successes: 0, trials: 0 } };
  const buckets = { c: {} as Record<string, number>, p: {} as Record<string, number> };
  const moments: { c: Moments; p: Moments } = { c: NO_MOMENTS, p: NO_MOMENTS };
  return {
    add(candidate: boolean, value: number): void {
      const arm = candidate ? 'c' : 'p';
      rates[arm].trials++;
      if (metric === 'error_rate' || metric === 'click') rates[arm].successes += value;
      if (metric === 'score') moments[arm] = addValue(moments[arm], value);
      if (metric === 'latency_p95') {
        const bucket = String(bucketIndex(value));
        buckets[arm][bucket] = (buckets[arm][bucket] ?? 0) + 1;
      }
    },
    candidateRequests: () => rates.c.trials,
    look(): VerdictKind {
      const margin = MARGINS[metric];
      if (metric === 'latency_p95') {
        const [c, p] = [
          { count: rates.c.trials, buckets: buckets.c },
          { count: rates.p.trials, buckets: buckets.p },
        ];
        // Judged step by step, so it spends its share of each.
        return judgeQuantileIncrease(c, p, 0.95, { ratio: margin }, { ...budget, harm: budget.harm / 5 })
          .verdict;
      }
      if (metric === 'score') {
        const strata = [{ candidate: moments.c, primary: moments.p }];
        const most = { harm: 1, safety: 1 };
        return judgeMeans({ harm: strata, safety: strata, most }, { worse: 'higher', by: margin }, budget)
          .verdict;
      }
      const arms: TwoArms = { candidate: rates.c, primary: rates.p, ratio: weight / (1 - weight) };
      // The default policy's other steps have their part of the stake.
      const strata = { ...oneStratum(arms), most: { harm: 5, safety: 3 } };
      return judgeRateIncrease(strata, margin, budget).verdict;
    },
  };
}

/** A rate by strata with groups of units, as the engine does it over the steps of a rollout. */
export class Strata {
  private readonly done: Stretch[] = [];
  private now = freshStratum();
  private ratio = 1;

  begin(weight: number): void {
    if (this.now.c.trials > 0) this.done.push(this.arms());
    this.now = freshStratum();
    this.ratio = weight / (1 - weight);
  }

  add(candidate: boolean, bad: boolean, unit: number): void {
    const arm = candidate ? 'c' : 'p';
    const group = String(unit % UNIT_GROUPS);
    this.now[arm].trials++;
    this.now.requests[arm][group] = (this.now.requests[arm][group] ?? 0) + 1;
    if (!bad) return;
    this.now[arm].successes++;
    this.now.bad[arm][group] = (this.now.bad[arm][group] ?? 0) + 1;
  }

  look(margin: number, budget: Budget): VerdictKind {
    const all = [...this.done, this.arms()];
    const [harm, safety] = [all.map((one) => one.harm), all.map((one) => one.safety)];
    return judgeRateIncrease({ harm, safety, most: { harm: 5, safety: 3 } }, margin, budget).verdict;
  }

  /** What pooling raw counts over the steps would say. */
  lookPooled(margin: number, budget: Budget): VerdictKind {
    const all = [...this.done, this.arms()];
    const sum = (arm: 'candidate' | 'primary') => ({
      successes: all.reduce((s, { raw }) => s + raw[arm].successes, 0),
      trials: all.reduce((s, { raw }) => s + raw[arm].trials, 0),
    });
    const [candidate, primary] = [sum('candidate'), sum('primary')];
    const pooled = { candidate, primary, ratio: candidate.trials / Math.max(1, primary.trials) };
    return judgeRateIncrease(oneStratum(pooled), margin, budget).verdict;
  }

  private arms(): Stretch {
    const { c, p, requests, bad } = this.now;
    const { ratio } = this;
    const { harm, safety } = independentRates(
      { rate: c, requests: requests.c, bad: bad.c },
      { rate: p, requests: requests.p, bad: bad.p },
    );
    const raw = { candidate: { ...c }, primary: { ...p }, ratio };
    return { harm: { ...harm, ratio }, safety: { ...safety, ratio }, raw };
  }
}

interface Stretch {
  readonly harm: TwoArms;
  readonly safety: TwoArms;
  readonly raw: TwoArms;
}

const freshStratum = () => ({
  c: { successes: 0, trials: 0 },
  p: { successes: 0, trials: 0 },
  requests: { c: {} as Record<string, number>, p: {} as Record<string, number> },
  bad: { c: {} as Record<string, number>, p: {} as Record<string, number> },
});
