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
import type { EvidenceGate, Step } from '../policy/policy.ts';
import { startPeriodOf } from '../decide/start-period.ts';

export type FeedbackGate = Extract<EvidenceGate, { metric: 'feedback' }>;

/** The window takes at most this part of the longest time that a step may last, so that something is closed within it. */
const MOST_OF_STEP = 0.25;

/** How long after an answer its feedback is waited for, in ms. */
const windowOf = (gate: FeedbackGate, step: Step): number =>
  step.kind === 'shadow' || step.kind === 'canary'
    ? Math.min(gate.windowMs, MOST_OF_STEP * step.maxDurationMs)
    : step.kind === 'bake'
      ? Math.min(gate.windowMs, MOST_OF_STEP * step.durationMs)
      : gate.windowMs;

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
 * The share of a step's answers that are older than the window, at least, with traffic that is even: 1 - window/T, where T is
 * the step's time so far, rounded down to the window times a power of two, so that time alone turns it at few instants only.
 */
export function closedShare(gate: FeedbackGate, step: Step, elapsedMs: number): number {
  const windowMs = windowOf(gate, step);
  const lasted = elapsedMs - startPeriodOf(gate, step, false);
  if (windowMs === 0 || lasted === Infinity) return 1;
  if (lasted < 2 * windowMs) return 0;
  return 1 - 1 / 2 ** Math.floor(Math.log2(lasted / windowMs));
}

/**
 * The same of an earlier step: all of its answers are older than this step's clock, and nothing is known of how much older. Its feedback
 * has come once that is the window.
 */
export const closedShareOfEarlier = (gate: FeedbackGate, earlier: Step, elapsedMs: number): 0 | 1 =>
  elapsedMs >= windowOf(gate, earlier) ? 1 : 0;

/**
 * The instants at which `closedShare`, or an earlier step's, turns, in ms of the step's clock, up to a thousand times the window.
 * @param earlier steps before it
 */
export function closingTurns(gate: FeedbackGate, step: Step, earlier: readonly Step[]): readonly number[] {
  const windowMs = windowOf(gate, step);
  const ofEarlier = earlier.map((one) => windowOf(gate, one)).filter((ms) => ms > 0);
  if (windowMs === 0) return ofEarlier;
  const own = Array.from(
    { length: 10 },
    (_, i) => startPeriodOf(gate, step, false) + Math.ceil(windowMs * 2 ** (i + 1)),
  );
  return [...ofEarlier, ...own];
}

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
