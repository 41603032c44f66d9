import {
  harmLate,
  idleLong,
  loud,
  queueUnused,
  readyLies,
  switchedLate,
  takenLate,
  untold,
  unwritten,
} from './promptness.ts';
import { asleep } from './liveness.ts';
import { inWords } from '../schedule.ts';
import { UPSTREAM_TIMEOUT_MS } from '../site/site.ts';
import { clockTime as time } from './story.ts';
import type { Asked, Happened, Story, Told } from './story.ts';

/** What must hold, whatever was drawn. */
export const INVARIANTS = {
  a: 'no caller fails whom a healthy primary could have answered',
  b: 'no bad candidate is promoted',
  c: 'what was committed is in force on all gateways soon after the end of the faults',
  d: 'no good candidate is lost to faults that were not its own',
  e: 'nothing that was acknowledged is lost, or counted twice',
  f: 'nothing is stuck once the faults are over',
  g: 'the api answers 5xx with 503 only',
  h: 'the api takes commands again soon after the end of the faults',
  i: 'who cannot write does not go on saying that it is ready',
  j: 'who does harm is taken off, queue or no queue',
  k: 'the queue is used again after its faults',
  l: 'logs are bounded, whatever fails how often',
  m: 'no transaction ends another one in a circle',
  n: 'a primary that answers nobody is told of, and when that is over',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: InvariantName;
  readonly what: string;
}

/** A process that runs again needs a moment until its port is heard. */
const GRACE_MS = 1_000;
/** The policy allows twice the median; from here on it is bad beyond doubt. */
const SLOW_RATIO = 2.5;
const LEAST_ASKED = 50;

/** @param inForceMs how soon after the end of the faults a committed change is in force */
export function findViolations(story: Story, inForceMs: number): readonly Violation[] {
  const of = (invariant: InvariantName, whats: readonly string[]): Violation[] =>
    whats.map((what) => ({ invariant, what }));
  return [
    ...of('a', failedCallers(story)),
    ...of('b', story.rollouts.filter((one) => isBadPromotion(one, story)).map(inWordsOf)),
    ...of('c', servedByWhatIsGone(story, inForceMs)),
    ...of('d', lostGoodOnes(story)),
    ...of('e', [...story.recordProblems, ...miscounted(story)]),
    ...of('f', [...story.stuck, ...asleep(story, inForceMs)]),
    ...of('g', story.oddAnswers),
    ...of('c', switchedLate(story, inForceMs)),
    ...of('h', [...takenLate(story, inForceMs), ...unwritten(story, inForceMs)]),
    ...of('i', readyLies(story, inForceMs)),
    ...of('j', [...harmLate(story), ...idleLong(story)]),
    ...of('k', queueUnused(story)),
    ...of('l', loud(story)),
    ...of('m', story.deadlocks ? [`${story.deadlocks} deadlocks`] : []),
    ...of('n', untold(story)),
  ];
}

function failedCallers(story: Story): string[] {
  return story.asked
    .filter((asked) => asked.problem !== null && !isExcused(asked, story))
    .map(
      (asked) =>
        `${time(asked.at)}–${time(asked.until)} ${asked.model} at ${asked.gateway}: ${asked.status ?? 'no answer'} of version ${asked.version ?? '?'}: ${asked.problem}`,
    );
}

/** Was its gateway down, or what serves: its own server cut off, or a bad version that callers had not been kept from? */
function isExcused({ at, until, gateway, model, version }: Asked, { happened, rollouts }: Story): boolean {
  const wasBad = rollouts.some((r) => r.model === model && r.version === version && r.fate !== 'good');
  if (wasBad) return true;
  return happened.some((one) => {
    const isOfServer = one.version?.model === model && (version === null || one.version.version === version);
    if (isOfServer) return overlap(one, at, until, UPSTREAM_TIMEOUT_MS + GRACE_MS);
    return one.fault.place === gateway && overlap(one, at, until, GRACE_MS);
  });
}

const overlap = (one: Happened, from: number, until: number, after: number): boolean =>
  one.from - GRACE_MS <= until && from <= one.until + after;

function isBadPromotion(told: Told, story: Story): boolean {
  const { fate, state, events } = told;
  const isPromoted = state === 'succeeded' || events.some(({ type }) => type === 'rollout.promoted');
  return fate !== 'good' && isPromoted && (fate !== '3x slower' || wasSlow(told, story));
}

/** On a machine that has no time for anybody, three times the work is not three times the latency: so it is measured as callers saw it. */
function wasSlow({ model, version, events }: Told, { asked }: Story): boolean {
  const promotedAt = events.find(({ type }) => type === 'rollout.promoted')?.at ?? Infinity;
  const during = asked.filter(
    (one) =>
      one.model === model && one.at >= (events[0]?.at ?? 0) && one.at <= promotedAt && one.problem === null,
  );
  const [slow, other] = [true, false].map((isIts) =>
    median(during.filter((one) => (one.version === version) === isIts)),
  );
  return typeof slow === 'number' && typeof other === 'number' && slow >= SLOW_RATIO * other;
}

function median(asked: readonly Asked[]): number | null {
  if (asked.length < LEAST_ASKED) return null;
  const sorted = asked.map(({ at, until }) => until - at).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.5)] ?? null;
}

/** In calms only, where there is nothing that could excuse it. */
function servedByWhatIsGone({ asked, calms, committed }: Story, inForceMs: number): string[] {
  return committed.flatMap(({ model, gone, at, until, by }) => {
    const late = asked
      .filter((one) => one.model === model && one.version === gone && one.at < until)
      .filter((one) =>
        calms.some(
          (calm) => one.at <= calm.until && one.at > Math.max(calm.from, at) + inForceMs + calm.slackMs,
        ),
      );
    const [first] = late;
    if (!first) return [];
    const names = [...new Set(late.map(({ gateway }) => gateway))].join(', ');
    return [
      `${model}: version ${gone} was taken back by ${by} at ${time(at)}, and served ${late.length} callers of ${names} long after the faults, first at ${time(first.at)}`,
    ];
  });
}

function lostGoodOnes({ rollouts, happened }: Story): string[] {
  return rollouts
    .filter(({ fate, state }) => fate === 'good' && state === 'rolled_back')
    .filter(({ model, events }) => {
      const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
      return !happened.some(
        (one) => one.version?.model === model && overlap(one, first, last, UPSTREAM_TIMEOUT_MS),
      );
    })
    .map(inWordsOf);
}

const miscounted = ({ counted }: Story): string[] =>
  counted
    .filter(
      ({ acknowledged, recorded, mayBeMissing, mayBeMore }) =>
        recorded < acknowledged - mayBeMissing || recorded > acknowledged + mayBeMore,
    )
    .map(
      ({ what, acknowledged, recorded, mayBeMissing, mayBeMore }) =>
        `${what}: ${acknowledged} acknowledged, ${recorded} recorded; at most ${mayBeMissing} may be missing, ${mayBeMore} more`,
    );

function inWordsOf({ model, version, fate, state, events }: Told): string {
  const end = events.findLast(({ type }) => /promoted|rolled_back|aborted|succeeded/.test(type));
  const why = JSON.stringify(end?.data ?? {}).slice(0, 600);
  return `${model} version ${version} (${fate}) is ${state}; ${end?.type ?? 'no end'} at ${time(end?.at ?? 0)}: ${why}`;
}

/** What happened, as lines for a person. */
export const faultsInWords = (happened: readonly Happened[]): readonly string[] =>
  happened.map((one) => {
    const whose = one.version ? ` (${one.version.model} version ${one.version.version})` : '';
    return `${time(one.from)}–${time(one.until)} ${inWords(one.fault)}${whose}`;
  });
