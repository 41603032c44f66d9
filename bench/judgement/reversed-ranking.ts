import { judgeRateMinimum } from '#libs/stats';
import { kendallTauB } from '#libs/traffic';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';

/** Requests in the shadow until a reversed ranking of ten items is stopped, one number a run. */
export function reversedRanking(runs: number): number[] {
  const random = seededRandom(11);
  const alone = { harm: 0.05 / 11, safety: 0.05 };
  return Array.from({ length: runs }, () => {
    let [n, sum] = [0, 0];
    for (;;) {
      const scores = Array.from({ length: 10 }, () => random());
      n++;
      sum +=
        kendallTauB(
          scores,
          scores.map((s) => -s + 0.05 * random()),
        ) ?? 0;
      const judged = judgeRateMinimum({ successes: (n + sum) / 2, trials: n }, (1 + 0.5) / 2, alone);
      if (judged.verdict === 'fail' || n >= 10_000) return n;
    }
  });
}
