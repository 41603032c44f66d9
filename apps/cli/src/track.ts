import type { styleText } from 'node:util';
import type { Schemas } from '#libs/client';
import { printable } from '#libs/kernel';
import type { Line } from './printer.ts';

export type Rollout = Schemas['Rollout'];
export interface Arms {
  readonly step: number;
  readonly candidate: Tally;
  readonly primary: Tally;
  readonly shadow: Tally;
}
export interface Tally {
  readonly requests: number;
  readonly errors: number;
  /** Counts by reason; an older api does not send them. */
  readonly failures?: Readonly<Record<string, number>>;
  readonly replaced?: Readonly<Record<string, number>>;
  readonly latencyMs: { readonly p95: number | null };
  /** Of streams; an older api does not send it. */
  readonly ttftMs?: { readonly p95: number | null };
}
type Style = Parameters<typeof styleText>[0];

export const ENDED = ['succeeded', 'rolled_back', 'aborted', 'superseded'];
const GOOD = ['succeeded'];
const MARK = { pass: '✔', fail: '✖', undecided: '◌', no_data: '·' } as const;
const STYLE: Readonly<Record<keyof typeof MARK, Style>> = {
  pass: 'green',
  fail: 'red',
  undecided: 'yellow',
  no_data: 'gray',
};

/**
 * A rollout as people know it from `kubectl argo rollouts get rollout`: where it stands, what it gets of the
 * traffic, what its gates say, and why it waits.
 * @param columns of the terminal; no line is longer
 */
export function drawTrack(rollout: Rollout, evidence: readonly Arms[], columns: number): Line[] {
  const { state, from } = rollout;
  const stateStyle: Style = GOOD.includes(state)
    ? 'green'
    : ENDED.includes(state)
      ? 'red'
      : state === 'paused' || rollout.decision?.kind === 'pause'
        ? 'yellow'
        : 'cyan';
  const release = `${printable(rollout.model)} ${from === null || from === undefined ? '' : `${from} → `}${rollout.version}`;
  const lines: [string, string, Style | null][] = [
    ['Release', release, 'bold'],
    [
      'State',
      `${state.replaceAll('_', ' ')}${rollout.queued ? ` (${rollout.waitingFor ?? 'waits for the one before'})` : ''}`,
      stateStyle,
    ],
    ['Steps', stepsOf(rollout), null],
    ['Traffic', trafficOf(rollout), null],
    ...evidenceOf(rollout, evidence).map(([arm, text], i): [string, string, Style | null] => [
      i === 0 ? 'Evidence' : '',
      `${arm.padEnd(9)} ${text}`,
      null,
    ]),
    ...rollout.verdicts.map((verdict, i): [string, string, Style | null] => [
      i === 0 ? 'Gates' : '',
      `${MARK[verdict.verdict]} ${printable(verdict.gate)}${verdict.segment ? ` (${printable(verdict.segment)})` : ''}${verdict.dryRun ? ' (dry run)' : ''}: ${printable(verdict.because)}`,
      STYLE[verdict.verdict],
    ]),
    ['Try', tryOf(rollout), null],
    ['Because', printable(rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason), null],
    ['You can', rollout.legalActions.join(', ') || 'do nothing more', 'dim'],
  ];
  return lines
    .filter(([, text]) => text !== '')
    .map(([name, text, style]) => {
      // Made printable before it is cut: an escape is longer than what it stands for.
      const line = printable(`${name.padEnd(10)}${text}`);
      const cut = [...line].length > columns ? `${[...line].slice(0, columns - 1).join('')}…` : line;
      return [
        { text: cut.slice(0, 10), style: 'dim' },
        { text: cut.slice(10), style },
      ];
    });
}

/** Of a version that was tried before: its error budget is not given anew. */
function tryOf({ errorBudget }: Partial<Rollout>): string {
  // An older server does not say.
  if (!errorBudget || errorBudget.attempt === null || errorBudget.attempt < 2) return '';
  const { attempt, alpha, spentBefore } = errorBudget;
  return `${attempt}; alpha ${significant(alpha)} is left to this try, ${significant(spentBefore)} was spent before`;
}
const significant = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;

interface PolicySteps {
  readonly steps?: readonly (
    | Readonly<
        Record<
          string,
          {
            readonly weight?: string;
            readonly sample?: string;
            readonly duration?: string;
            readonly segment?: string;
            readonly segments?: readonly string[];
            readonly percentage?: string;
          }
        >
      >
    | string
  )[];
}

/** `✔ checks  ✔ shadow 100%  ● canary 10%  ○ bake` */
function stepsOf({ policy, step, state }: Rollout): string {
  const { steps = [] } = (policy ?? {}) as PolicySteps;
  const at = step?.index ?? -1;
  const line = steps
    .map((one, i) => {
      const [kind = '', settings] = typeof one === 'string' ? [one] : (Object.entries(one)[0] ?? []);
      const more =
        ringOf(settings) ??
        settings?.weight ??
        (kind === 'shadow' ? (settings?.sample ?? '100%') : settings?.duration);
      return `${markOf(i, at, state)} ${kind}${more ? ` ${more}` : ''}`;
    })
    .join('  ');
  return line.includes(NEVER_RAN) ? `${line}  (${NEVER_RAN} never ran)` : line;
}

const NEVER_RAN = '–';

/** A rollout that has succeeded before its last step (a first version, one that a person promoted) has steps that never ran. */
function markOf(i: number, at: number, state: string): string {
  if (i < at) return '✔';
  if (i > at) return ENDED.includes(state) ? NEVER_RAN : '○';
  if (GOOD.includes(state)) return '✔';
  return ENDED.includes(state) ? '✖' : '●';
}

/** `staff (50% of them)`; `undefined`: the step is for everybody. */
function ringOf(
  settings:
    | { readonly segment?: string; readonly segments?: readonly string[]; readonly percentage?: string }
    | undefined,
): string | undefined {
  const names = settings?.segment ?? settings?.segments?.join(', ');
  return names === undefined ? undefined : `${names} (${settings?.percentage ?? '50%'} of them)`;
}

const BAR = 20;

function trafficOf({ state, step, from, version }: Rollout): string {
  if (state === 'succeeded' || state === 'baking') return `${bar(1)} 100 % to version ${version}`;
  if (ENDED.includes(state))
    return from === null ? '' : `${bar(0)} 0 % to version ${version}; ${from} serves`;
  if (step?.kind === 'shadow')
    return `${bar(0)} 0 %; copies of ${(step.weight ?? 0) / 100} % go to version ${version}`;
  if (step?.kind !== 'canary') return '';
  const share = (step.weight ?? 0) / 10_000;
  if (step.segments)
    return `${bar(0)} ${share * 100} % of ${step.segments.join(', ')} to version ${version}, and nobody else`;
  return `${bar(share)} ${share * 100} % to version ${version}${step.startedAt === null ? ' (waits for the gateways)' : ''}`;
}

const bar = (share: number): string => {
  const full = Math.max(share > 0 ? 1 : 0, Math.round(share * BAR));
  return '█'.repeat(full) + '░'.repeat(BAR - full);
};

function evidenceOf({ step }: Rollout, evidence: readonly Arms[]): [string, string][] {
  const arms = evidence.find((one) => one.step === step?.index);
  if (!arms) return [];
  const shown: [string, Tally][] = [
    ['candidate', arms.candidate],
    ['shadow', arms.shadow],
    ['primary', arms.primary],
  ];
  return shown
    .filter(([, { requests, replaced = {} }]) => requests > 0 || Object.keys(replaced).length > 0)
    .map(([arm, { requests, errors, latencyMs, ttftMs, failures = {}, replaced = {} }]) => {
      const p95 = latencyMs.p95 === null ? '' : `, p95 ${latencyMs.p95.toFixed(1)} ms`;
      const first = typeof ttftMs?.p95 === 'number' ? `, first token p95 ${ttftMs.p95.toFixed(1)} ms` : '';
      const why = reasons(failures);
      const instead = reasons(replaced);
      return [
        arm,
        `${requests} requests, ${errors} errors${why && ` (${why})`}${p95}${first}${instead && `; the primary answered instead: ${instead}`}`,
      ];
    });
}

/** `4xx 40, timeout 3`: the most frequent first. */
const reasons = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
