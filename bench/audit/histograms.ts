import {
  arrivalEffect,
  chiSquare,
  judgeDrift,
  lnSampleRatioEvidence,
  overflowBin,
  UNIT_GROUPS,
} from '#libs/stats';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { zipf } from '../../libs/stats/src/worlds.fixture.ts';
import { BOUND, LIMITS } from './rate-rules.ts';
import { HEAD, median, row } from './wilson.ts';

type Random = () => number;
type Counts = Record<string, number>;
type Word = 'fail' | 'pass' | 'undecided';
interface Sent {
  readonly onCandidate: boolean;
  readonly label: string;
  /** Of units. */
  readonly group: number;
}
/** Draws who sends the next request and what it says. @param isWorse whether the candidate is */
type MakeStream = (random: Random, isWorse: boolean) => () => Sent;
interface Arm {
  readonly labels: Counts;
  readonly groups: Counts;
}

const MAX_INDEX = 0.25;
const REQUESTS = 8_000;
const LOOKS = 20;
/** Names that have room in a histogram. */
const NAMES = 200;

function add(bins: Counts, label: string): void {
  const bin = label in bins || Object.keys(bins).length < NAMES ? label : overflowBin(label);
  bins[bin] = (bins[bin] ?? 0) + 1;
}

const RULES: Readonly<Record<string, (candidate: Arm, primary: Arm) => Word>> = {
  Understudy(candidate, primary) {
    const effect = Math.max(...[candidate, primary].map(({ groups }) => arrivalEffect(groups)));
    const what = { trial: 'the candidate', reference: 'the primary', fixed: false, effect };
    const budget = { harm: BOUND.rollback, safety: BOUND.pass };
    const { verdict } = judgeDrift(candidate.labels, primary.labels, MAX_INDEX, budget, what);
    return verdict === 'no_data' ? 'undecided' : verdict;
  },
  'chi-square': (candidate, primary) =>
    chiSquare(candidate.labels, primary.labels).p < BOUND.rollback ? 'fail' : 'undecided',
  /** Of each label, whose arm is a draw by the declared shares: the product of its mixtures (Lindon & Malek 2022). */
  'multinomial (Netflix)'(candidate, primary) {
    const [c, p] = [candidate.labels, primary.labels];
    let ln = 0;
    for (const name of new Set([...Object.keys(c), ...Object.keys(p)]))
      ln += lnSampleRatioEvidence([c[name] ?? 0, p[name] ?? 0], [0.5, 0.5]);
    return ln >= LIMITS.harm ? 'fail' : 'undecided';
  },
};

const anyGroup = (random: Random): number => Math.floor(random() * UNIT_GROUPS);

/** Two thousand labels by Zipf's law; a worse candidate answers a fifth of all with one of them. */
const labels: MakeStream = (random, isWorse) => {
  const draw = zipf(2_000, 0.8);
  return () => {
    const onCandidate = random() < 0.5;
    const isOne = isWorse && onCandidate && random() < 0.2;
    return { onCandidate, label: `label ${isOne ? 0 : draw(random)}`, group: anyGroup(random) };
  };
};

/** Units by Zipf's law, each of one of ten countries; where routing is at fault, nineteen of twenty units of one country are on the candidate. */
const countries =
  (steepness: number): MakeStream =>
  (random, isWorse) => {
    const draw = zipf(5_000, steepness);
    const units = Array.from({ length: 5_000 }, () => {
      const country = Math.floor(10 * random() ** 2);
      const onCandidate = random() < (isWorse && country === 0 ? 0.95 : 0.5);
      return { label: String(country), onCandidate, group: anyGroup(random) };
    });
    return () => units[draw(random)] ?? { label: '0', onCandidate: false, group: 0 };
  };

/** Rows 12 and 14: histograms of both arms that should be alike. */
export function histograms(streams: number, say: (line: string) => void): void {
  for (const [name, make] of [
    ['12: output histograms with 2,000 labels; harm: a fifth of the answers are one label', labels],
    [
      '14: a country by unit, units by Zipf 1.2; harm: nineteen of twenty units of one country on the candidate',
      countries(1.2),
    ],
    ['14: the same, units that send alike', countries(0)],
  ] as const) {
    say(`\n${name} (${REQUESTS} requests, index of at most ${MAX_INDEX})\n\n${HEAD}`);
    const good = play(make, false, streams, 91);
    const bad = play(make, true, streams, 92);
    for (const rule of Object.keys(RULES)) {
      const [lost, found] = [good, bad].map((ends) =>
        ends.filter((one) => one[rule]?.word === 'fail').map((one) => one[rule]?.at ?? 0),
      );
      const promoted = good.filter((one) => one[rule]?.word === 'pass').length / streams;
      say(
        row(rule, streams, {
          ...{ lost: (lost ?? []).length / streams, promoted: rule === 'Understudy' ? promoted : null },
          ...{ passed: null, found: (found ?? []).length / streams, after: median(found ?? []) },
        }),
      );
    }
  }
}

type Ends = Readonly<Record<string, { readonly word: Word; readonly at: number }>>;

/** The first word of each rule on the same streams. */
function play(make: MakeStream, isWorse: boolean, streams: number, seed: number): readonly Ends[] {
  const random = seededRandom(seed);
  return Array.from({ length: streams }, () => {
    const next = make(random, isWorse);
    const [candidate, primary] = [0, 1].map((): Arm => ({ labels: {}, groups: {} })) as [Arm, Arm];
    const ends: Record<string, { word: Word; at: number }> = {};
    for (let n = 1; n <= REQUESTS; n++) {
      const { onCandidate, label, group } = next();
      const arm = onCandidate ? candidate : primary;
      add(arm.labels, label);
      arm.groups[group] = (arm.groups[group] ?? 0) + 1;
      if (n % (REQUESTS / LOOKS) !== 0) continue;
      for (const [name, rule] of Object.entries(RULES)) {
        if (ends[name]) continue;
        const word = rule(candidate, primary);
        if (word !== 'undecided') ends[name] = { word, at: n };
      }
    }
    return ends;
  });
}
