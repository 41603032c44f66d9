import { type Figure, percentile, printFigures } from './figure.ts';
import { BUDGETS } from './judgement/budgets.ts';
import { ourGate } from './judgement/ours.ts';
import { failedChecks, mannWhitney, type Rule, zTestEvery } from './judgement/peers.ts';
import { seededRandom } from '../libs/stats/src/seeded-random.fixture.ts';
import { MOVING, SCENARIOS, type Scenario } from './judgement/streams.ts';
import { goodUnderAllGates, wholeWay } from './judgement/whole-way.ts';
import { reversedRanking } from './judgement/reversed-ranking.ts';

/** `npm run bench -- judgement [runs]` */
const RUNS = Number(process.argv[3] ?? 200);
const REQUESTS = 20_000;
const LENGTH = { runs: RUNS, requests: REQUESTS };
const WEIGHTS = [0.01, 0.1, 0.5];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Outcome {
  readonly rolledBack: number;
  readonly promoted: number;
  /** Candidate requests until the rollback, of those that were rolled back. */
  readonly requests: readonly number[];
}

/** Looks that cost little are made after every request of the candidate, others every so many. */
function simulateOurs(scenario: Scenario, weight: number, most = REQUESTS): Outcome {
  const random = seededRandom(seedOf(scenario.name, weight));
  const every = scenario.metric === 'error_rate' || scenario.metric === 'click' ? 1 : 5;
  const requests: number[] = [];
  let promoted = 0;
  for (let run = 0; run < RUNS; run++) {
    const gate = ourGate(scenario.metric, weight, BUDGETS[scenario.metric]);
    for (let n = 1; n <= most; n++) {
      const candidate = random() < weight;
      gate.add(candidate, scenario.draw(candidate, n, random));
      const due = candidate
        ? gate.candidateRequests() <= 300 && gate.candidateRequests() % every === 0
        : false;
      if (!due && n % 200 !== 0) continue;
      const verdict = gate.look();
      if (verdict === 'fail') {
        requests.push(gate.candidateRequests());
        break;
      }
      if (verdict === 'pass') {
        promoted++;
        break;
      }
    }
  }
  return { rolledBack: requests.length, promoted, requests };
}

function simulatePeer(scenario: Scenario, weight: number, make: () => Rule): Outcome {
  const random = seededRandom(seedOf(scenario.name, weight));
  const requests: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const rule = make();
    let seen = 0;
    for (let n = 1; n <= REQUESTS; n++) {
      const candidate = random() < weight;
      const value = scenario.draw(candidate, n, random);
      if (candidate) seen++;
      rule.add(candidate, value >= badFrom(scenario), value);
      if (rule.look() === 'rollback') {
        requests.push(seen);
        break;
      }
    }
  }
  return { rolledBack: requests.length, promoted: RUNS - requests.length, requests };
}

/** What counts as bad for rules that count: a latency over the primary's p95 times the margin; a loss of 7 or more. */
const badFrom = ({ metric }: Scenario): number =>
  metric === 'latency_p95' ? 20 * Math.exp(0.3 * 1.645) * 1.25 : metric === 'score' ? 7 : 1;
/** A floor one would set: the usual rate of bad ones and the margin on top. */
const mostBad = ({ metric }: Scenario): number =>
  metric === 'click' ? 0.92 : metric === 'error_rate' ? 0.01 : 0.05;

const PEERS: readonly (readonly [string, (s: Scenario) => Rule])[] = [
  ['z-test every 100', () => zTestEvery(100)],
  ['failed checks > 5 (Flagger)', (s) => failedChecks(5, 600, mostBad(s))],
  ['failed checks > 3 (Argo)', (s) => failedChecks(3, 600, mostBad(s))],
  ['Mann-Whitney (Kayenta)', () => mannWhitney(600, 0.25)],
];

function table(): Map<string, Outcome> {
  const ours = new Map<string, Outcome>();
  say(
    `${RUNS} runs of ${REQUESTS} requests each; candidate requests until the rollback as median / 95th percentile\n`,
  );
  for (const scenario of SCENARIOS) {
    say(`${scenario.name} (${scenario.kind})`);
    for (const weight of WEIGHTS) {
      const own = simulateOurs(scenario, weight);
      ours.set(`${scenario.name} ${weight}`, own);
      row(weight, 'Understudy', own);
      for (const [name, make] of PEERS)
        row(
          weight,
          name,
          simulatePeer(scenario, weight, () => make(scenario)),
        );
    }
  }
  return ours;
}

function row(weight: number, name: string, { rolledBack, promoted, requests }: Outcome): void {
  const share = (n: number): string => `${((100 * n) / RUNS).toFixed(1)} %`.padStart(8);
  const when = requests.length === 0 ? '-' : `${percentile(requests, 0.5)} / ${percentile(requests, 0.95)}`;
  say(
    `  ${`${100 * weight} %`.padStart(5)}  ${name.padEnd(28)} rolled back ${share(rolledBack)}  passed or kept ${share(promoted)}  ${when}`,
  );
}

const seedOf = (name: string, weight: number): number =>
  [...`${name}${weight}`].reduce((hash, char) => Math.imul(hash, 31) + char.charCodeAt(0), 7) >>> 0;

const ours = table();
const figures: Figure[] = [];
const figure = (
  name: string,
  value: number,
  unit: string,
  target: number,
  atMost: boolean,
  note: string,
): void => {
  const holds = atMost ? value <= target : value >= target;
  figures.push({ bench: 'judgement', figure: name, value, unit, target, holds, runs: RUNS, note });
};
const of = (name: string, weight: number): Outcome =>
  ours.get(`${name} ${weight}`) ?? { rolledBack: 0, promoted: 0, requests: [] };
/** Runs in which nothing was found count as infinitely late. */
const median = (outcome: Outcome): number =>
  outcome.rolledBack * 2 > RUNS
    ? percentile([...outcome.requests, ...Array<number>(RUNS - outcome.rolledBack).fill(Infinity)], 0.5)
    : Infinity;

figure(
  'null_false_rollback_share',
  of('errors 1 % / 1 %', 0.1).rolledBack / RUNS,
  'share',
  0.01,
  true,
  'error rate, 1 % on both arms, at 10 %',
);
for (const [name, target, label] of [
  ['errors 1 % / 20 %', 40, 'harm20'],
  ['errors 1 % / 5 %', 400, 'harm5'],
] as const) {
  figure(`${label}_requests_median`, median(of(name, 0.1)), 'requests', target, true, `${name} at 10 %`);
  // At 1 % 20,000 requests hold 200 of the candidate only, so this one goes on for longer.
  const scenario = SCENARIOS.find((one) => one.name === name) as Scenario;
  const atOnePercent = simulateOurs(scenario, 0.01, 10 * REQUESTS);
  figure(
    `${label}_requests_median_at_1_percent`,
    median(atOnePercent),
    'requests',
    target,
    true,
    `${name} at 1 %, up to ${10 * REQUESTS} requests`,
  );
}
const reversed = reversedRanking(RUNS);
figure(
  'reversed_ranking_requests_median',
  percentile(reversed, 0.5),
  'requests',
  30,
  true,
  'shadowed requests',
);

say('\nthe whole way of the default policy, 1 % -> 10 % -> 50 %');
for (const share of [0.001, 0.005, 0.01]) {
  const { promoted, rolledBack } = wholeWay(LENGTH, () => share, 21);
  say(
    `  both arms fail ${100 * share} %: promoted ${((100 * promoted) / RUNS).toFixed(1)} %, rolled back ${((100 * rolledBack) / RUNS).toFixed(1)} %`,
  );
  figure(
    `good_promoted_share${share === 0.01 ? '' : `_${share}`}`,
    promoted / RUNS,
    'share',
    0.95,
    false,
    `within ${REQUESTS} requests, ${100 * share} % failures in both arms`,
  );
}
const together = goodUnderAllGates(LENGTH);
say(`  all three gates of the default policy, 1 % failures: promoted ${(100 * together).toFixed(1)} %`);
figure(
  'good_promoted_share_all_gates',
  together,
  'share',
  0.95,
  false,
  `agreement of 0.97 in 500 shadowed requests, then errors and latency, within ${REQUESTS} requests altogether`,
);
say('\nbase rates that move while the weight climbs (null: both arms alike; harm: 5 points more)');
for (const { name, rate, unit: who } of MOVING) {
  const none = wholeWay(LENGTH, (n, unit) => rate(n, REQUESTS, unit), 31, who);
  const harm = wholeWay(
    LENGTH,
    (n, unit, candidate) => rate(n, REQUESTS, unit) + (candidate ? 0.05 : 0),
    32,
    who,
  );
  const share = (n: number): string => `${((100 * n) / RUNS).toFixed(1)} %`;
  say(
    `  ${name.padEnd(28)} null rolled back ${share(none.rolledBack)} (pooled raw counts: ${share(none.pooledRolledBack)})   harm rolled back ${share(harm.rolledBack)}`,
  );
  const slug = name.replaceAll(' ', '_');
  figure(
    `moving_${slug}_null_rolled_back`,
    none.rolledBack / RUNS,
    'share',
    BUDGETS.error_rate.harm,
    true,
    "both arms alike; the aim is the gate's budget",
  );
  figure(
    `moving_${slug}_harm_rolled_back`,
    harm.rolledBack / RUNS,
    'share',
    0.95,
    false,
    '5 points more on the candidate',
  );
}
say('');
printFigures(figures, say);
