import {
  blockEffect,
  HISTOGRAM,
  isSlice,
  NO_MOMENTS,
  sumOf,
  unitBlock,
  type Rate,
  type Tally,
} from '#libs/stats';
import type { Evidence } from './evidence.ts';
import { type BothArms, wholeOf } from '../judge/going-together.ts';
import type { EvidenceGate } from '../policy/gates/gates.ts';

export type FeedbackGate = Extract<EvidenceGate, { metric: 'feedback' }>;

/** What a proportion is over: all answers that an arm gave, those that something was reported of, or both ways. */
export type Over = 'answers' | 'reports' | 'both';

/** So few zeros among the reports are no habit: a sender that is wrong now and then, or one of many that sends them. */
const FEW_ZEROS = 0.05;
/** Where more of the answers than this are reported of, both readings are the same. */
const NEARLY_ALL = 0.9;

/**
 * What a proportion is over where the gate does not say. Who reports only what has happened (clicks) means all answers; who reports
 * what has not, too, may report of a sample only, so it is over the reports. With a few zeros among many ones nobody can tell, and one
 * report more or less must not choose what is judged: then it is judged both ways.
 */
export function proportionOver(gate: FeedbackGate, evidence: Evidence, name: string): Over {
  if (gate.over !== 'auto') return gate.over;
  let [reports, ones, answers] = [0, 0, 0];
  for (const step of Object.values(evidence))
    for (const arm of [step.primary, step.candidate]) {
      reports += (arm.measures[name] ?? NO_MOMENTS).n;
      ones += onesIn(arm, name);
      answers += arm.requests;
    }
  const zeros = reports - ones;
  if (zeros === 0) return 'answers';
  return zeros <= FEW_ZEROS * reports && reports < NEARLY_ALL * answers ? 'both' : 'reports';
}

export const onesIn = (arm: Tally, name: string): number =>
  Math.max(0, Math.round(sumOf(arm.measures[name] ?? NO_MOMENTS)));

/**
 * How many answers stand for one independent one in the difference of two shares of ones over answers: what a unit's answers have in
 * common, by groups of units (`blockEffect`). A ratio of sums over groups: ones by their blocks, answers by the arm's counts of requests.
 * 1 where nobody has counted by groups.
 */
export function exposureEffect(compared: BothArms, name: string): number {
  const { trial, baseline } = wholeOf(compared);
  return blockEffect(
    [trial, baseline].map((arm) => {
      const rate = Math.min(1, onesIn(arm, name) / Math.max(1, arm.requests));
      const ones = Object.entries(arm.blocks?.[name] ?? {}).filter(([block]) => !isSlice(block));
      // Feedback of older receipts has no group: without any, ones would seem to be nobody's.
      const isKnown = ones.length > 0 || onesIn(arm, name) === 0;
      const answers = isKnown ? Object.entries(arm.histograms[HISTOGRAM.unitRequests] ?? {}) : [];
      const sums = new Map(ones.map(([block, counts]) => [block, counts['sum'] ?? 0]));
      const blocks = answers.map(([group, n]) => {
        const block = unitBlock(Number(group));
        return [block, { n, sum: Math.min(n, sums.get(block) ?? 0) }] as const;
      });
      return { blocks: new Map(blocks), variance: rate * (1 - rate) };
    }),
  );
}

/**
 * Bad ones among the answers that an arm gave. Ones count once for each answer.
 * @param share of the answers that count; with fewer the share of ones is larger than it is, never smaller
 */
export function overExposures(arm: Tally, name: string, worse: 'higher' | 'lower', share: number): Rate {
  const trials = Math.floor(arm.requests * share);
  const ones = Math.min(onesIn(arm, name), trials);
  return { successes: worse === 'higher' ? ones : trials - ones, trials };
}
