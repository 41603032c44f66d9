import { judgeRateMinimum } from '#libs/stats';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { BUDGETS, budgetFor } from './budgets.ts';
import { ourGate, Strata } from './ours.ts';
import { SCENARIOS, type Scenario } from './streams.ts';

/** How many streams, and how many requests each. */
interface Length {
  readonly runs: number;
  readonly requests: number;
}

const WAY = [
  { weight: 0.01, least: 50 },
  { weight: 0.1, least: 200 },
  { weight: 0.5, least: 1_000 },
];

/** The way of the default policy: 1 %, 10 %, 50 % by its minima, then until proven. */
export function wholeWay(
  { runs, requests }: Length,
  rate: (n: number, unit: number, candidate: boolean) => number,
  seed: number,
  who: (n: number) => number | null = () => null,
) {
  const random = seededRandom(seed);
  const steps = WAY;
  const result = { rolledBack: 0, promoted: 0, pooledRolledBack: 0 };
  for (let run = 0; run < runs; run++) {
    const strata = new Strata();
    let step = 0;
    let seen = 0;
    let [over, pooledFailed] = [false, false];
    strata.begin(steps[0]?.weight ?? 0);
    for (let n = 1; n <= requests && !over; n++) {
      const fixed = who(n);
      const unit = fixed === null ? Math.floor(random() * 5_000) : fixed;
      // Sticky: a unit's arm is a function of the unit and the rollout's salt.
      const candidate = (((unit + 613 * run) * 7_919) % 10_000) / 10_000 < (steps[step]?.weight ?? 0);
      strata.add(candidate, random() < rate(n, unit, candidate), unit);
      if (candidate) seen++;
      if (n % 100 !== 0) continue;
      if (!pooledFailed && strata.lookPooled(0.01, BUDGETS.error_rate) === 'fail') pooledFailed = true;
      const verdict = strata.look(0.01, BUDGETS.error_rate);
      if (verdict === 'fail') {
        result.rolledBack++;
        over = true;
      } else if (seen >= (steps[step]?.least ?? 0)) {
        if (step < steps.length - 1) {
          strata.begin(steps[++step]?.weight ?? 0);
          seen = 0;
        } else if (verdict === 'pass') {
          result.promoted++;
          over = true;
        }
      }
    }
    if (pooledFailed) result.pooledRolledBack++;
  }
  return result;
}

/** The share of good candidates that all gates of the default policy let through. */
export function goodUnderAllGates({ runs, requests }: Length): number {
  const random = seededRandom(41);
  const latency = SCENARIOS.find((one) => one.name === 'latency as before') as Scenario;
  let promoted = 0;
  for (let run = 0; run < runs; run++) {
    let agreed = 0;
    for (let n = 0; n < 500; n++) if (random() < 0.97) agreed++;
    const shadow = judgeRateMinimum({ successes: agreed, trials: 500 }, 0.9, budgetFor('agreement'));
    if (shadow.verdict !== 'pass') continue;
    const errors = new Strata();
    let n = 500;
    let [passed, failed] = [false, false];
    WAY.forEach(({ weight, least }, step) => {
      errors.begin(weight);
      const last = step === WAY.length - 1;
      const slow = ourGate('latency_p95', weight, BUDGETS.latency_p95);
      while (n < requests && !passed && !failed && (last || slow.candidateRequests() < least)) {
        n++;
        const candidate = random() < weight;
        errors.add(candidate, random() < 0.01, Math.floor(random() * 5_000));
        slow.add(candidate, latency.draw(candidate, n, random));
        if (n % 100 !== 0) continue;
        const verdicts = [errors.look(0.01, BUDGETS.error_rate), slow.look()];
        failed = verdicts.includes('fail');
        passed = last && slow.candidateRequests() >= least && verdicts.every((verdict) => verdict === 'pass');
      }
    });
    if (passed) promoted++;
  }
  return promoted / runs;
}
