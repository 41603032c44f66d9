/** Counts of one look: since the beginning, and in the last window. */
export interface Counted {
  readonly bad: number;
  readonly n: number;
}

/** What a rule says after a look. */
export type Word = 'rollback' | 'hold';

/** A peer's rule: fed with one request after the other, it may be asked after each. */
export interface Rule {
  add(candidate: boolean, bad: boolean, value: number): void;
  /** Called after every request; most rules look only now and then. */
  look(): Word;
}

const z = (c: Counted, p: Counted): number => {
  const [pc, pp] = [c.bad / c.n, p.bad / p.n];
  const pooled = (c.bad + p.bad) / (c.n + p.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / c.n + 1 / p.n));
  return error === 0 ? 0 : (pc - pp) / error;
};

/** A one-sided z-test at 5 %, looked at every 100 requests: what dashboards invite to. */
export function zTestEvery(requests: number): Rule {
  const c = { bad: 0, n: 0 };
  const p = { bad: 0, n: 0 };
  return {
    add(candidate, bad) {
      const arm = candidate ? c : p;
      arm.n++;
      if (bad) arm.bad++;
    },
    look() {
      if ((c.n + p.n) % requests !== 0 || c.n < 10 || p.n < 10) return 'hold';
      return z(c, p) > 1.645 ? 'rollback' : 'hold';
    },
  };
}

/**
 * Failed checks: the candidate's success rate of each interval must reach a floor; so many intervals
 * that do not, and it is rolled back. Flagger: threshold 5, success >= 99 %, counted over the whole
 * analysis (https://docs.flagger.app/usage/how-it-works). Argo Rollouts: failureLimit 3, the same
 * floor (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/).
 */
export function failedChecks(threshold: number, requestsPerInterval: number, mostBad: number): Rule {
  let interval = { bad: 0, n: 0, all: 0 };
  let failed = 0;
  return {
    add(candidate, bad) {
      interval.all++;
      if (!candidate) return;
      interval.n++;
      if (bad) interval.bad++;
    },
    look() {
      if (interval.all >= requestsPerInterval) {
        if (interval.n > 0 && interval.bad / interval.n > mostBad) failed++;
        interval = { bad: 0, n: 0, all: 0 };
      }
      return failed > threshold ? 'rollback' : 'hold';
    },
  };
}

/**
 * Kayenta's judge (Netflix): in each window a Mann–Whitney test of the candidate's values against the
 * primary's, one-sided; a window in which it is significant (98 %) and the medians differ by more than
 * a quarter of the primary's is a failed one, and the first failed window ends the canary (a score
 * under 50 of 100, with one metric). https://github.com/spinnaker/kayenta
 */
export function mannWhitney(requestsPerWindow: number, effect: number): Rule {
  let c: number[] = [];
  let p: number[] = [];
  let failed = false;
  return {
    add(candidate, _bad, value) {
      (candidate ? c : p).push(value);
    },
    look() {
      if (c.length + p.length >= requestsPerWindow) {
        if (c.length >= 5 && p.length >= 5) failed ||= significant(c, p) && bigger(c, p, effect);
        [c, p] = [[], []];
      }
      return failed ? 'rollback' : 'hold';
    },
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const bigger = (c: readonly number[], p: readonly number[], effect: number): boolean =>
  mean(c) > mean(p) * (1 + effect) && mean(c) > mean(p);

/** The normal approximation with ties, as R's wilcox.test(exact = FALSE). */
function significant(c: readonly number[], p: readonly number[]): boolean {
  const all = [...c.map((v) => ({ v, c: true })), ...p.map((v) => ({ v, c: false }))].sort(
    (a, b) => a.v - b.v,
  );
  let rankSum = 0;
  let ties = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j]?.v === all[i]?.v) j++;
    const rank = (i + 1 + j) / 2;
    for (let k = i; k < j; k++) if (all[k]?.c) rankSum += rank;
    ties += (j - i) ** 3 - (j - i);
    i = j;
  }
  const [n, m, total] = [c.length, p.length, all.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance > 0 && (u - (n * m) / 2 - 0.5) / Math.sqrt(variance) > 2.054;
}
