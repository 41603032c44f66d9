import { lifeWithin } from './measures.ts';
import { WRITE_PATIENCE_MS } from './pulse.ts';
import { type Calm, clockTime, type Pulse, type Story, type Switch } from './story.ts';

/** A write that failed once may have met anything; this many in one calm did not. */
const MOST_UNWRITTEN = 1;
/** Pulses that took so long by themselves say nothing. */
const NOISY_MS = 1_500;
/** Who could not write for so long, and says that it is ready, lies. */
const LIE_MS = 13_000;
const LEAST_PULSES = 7;
/** What a process may write of its troubles in a minute. */
const MOST_LOG_BYTES = 60_000;
/** A worker waits 5 s for what the queue has taken. */
const PATIENCE_MS = 6_000;
const LEAST_IDLE_MS = 9_000;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Commands of persons that were acknowledged, and were in force later than `inForceMs` after that, or after the faults. */
export function switchedLate(story: Story, inForceMs: number): string[] {
  const late = (one: Switch, calm: Calm): string[] => {
    const due = Math.max(one.answered, calm.from) + inForceMs + calm.slackMs;
    if (!(due <= calm.until) || one.until < due) return [];
    const slow = story.gateways.filter((name) => !((one.inForce[name] ?? Infinity) <= due));
    return slow.map((name) => {
      const when = clockTime(one.inForce[name] ?? Infinity);
      return `${one.model} version ${one.version}: answered at ${clockTime(one.answered)}, faults over at ${clockTime(calm.from)}, due at ${clockTime(due)}, in force at ${name}: ${when}`;
    });
  };
  return story.calms.flatMap((calm) => story.switches.flatMap((one) => late(one, calm)));
}

/** Commands that were not answered in time. */
export function takenLate({ calms, switches }: Story, mostMs: number): string[] {
  return calms.flatMap((calm) =>
    switches
      .map((one) => ({ one, due: Math.max(one.asked, calm.from) + mostMs + calm.slackMs }))
      .filter(({ one, due }) => due <= calm.until && one.answered > due && one.until > due)
      .map(
        ({ one, due }) =>
          `${one.model} version ${one.version}: asked for at ${clockTime(one.asked)}, faults over at ${clockTime(calm.from)}, due at ${clockTime(due)}, answered: ${clockTime(one.answered)}`,
      ),
  );
}

/** Writes that were begun when all should be well. */
export function unwritten({ calms, pulses }: Story, mostMs: number): string[] {
  return calms.flatMap((calm) => {
    const failed = pulses.filter(
      ({ at, wroteBy, noiseMs }) =>
        wroteBy === null &&
        noiseMs !== null &&
        noiseMs < NOISY_MS &&
        at > calm.from + mostMs + calm.slackMs &&
        at + WRITE_PATIENCE_MS < calm.until,
    );
    const [first] = failed;
    return first && failed.length > MOST_UNWRITTEN
      ? [
          `${failed.length} writes failed later than ${seconds(mostMs + calm.slackMs)} after the faults ended at ${clockTime(calm.from)}, the first at ${clockTime(first.at)}`,
        ]
      : [];
  });
}

/**
 * Two looks in a row, so that one that comes while it changes is none. Soon after the faults it may be ready while writes of before are late:
 * how late they may be is what `unwritten` says.
 */
export function readyLies({ pulses, calms }: Pick<Story, 'pulses' | 'calms'>, inForceMs: number): string[] {
  const isSoonAfter = (at: number): boolean =>
    calms.some(({ from, slackMs }) => at >= from && at < from + inForceMs + slackMs);
  const sorted = pulses.toSorted((a, b) => a.at - b.at);
  const lies = ({ at, isReady }: Pulse): boolean => {
    const before = sorted.filter((one) => one.at <= at && one.at >= at - LIE_MS);
    const isLong = before.length >= LEAST_PULSES && at - (before[0]?.at ?? at) >= LIE_MS - 1_000;
    return isReady && isLong && !isSoonAfter(at) && before.every(({ wroteBy }) => wroteBy === null);
  };
  const first = sorted.find((one, i) => lies(one) && i > 0 && lies(sorted[i - 1] as Pulse));
  return first
    ? [
        `the api says that it is ready at ${clockTime(first.at)}, and has written nothing for ${seconds(LIE_MS)}`,
      ]
    : [];
}

/** Of those who did harm while only the queue was broken. */
export function harmLate({ harms, queueBroken, harmMs, calms }: Story): string[] {
  return queueBroken.flatMap(({ scene, from, until }) => {
    const slackMs = calms.find((calm) => calm.from >= until - 1)?.slackMs ?? 0;
    return harms
      .filter(({ begun, ended }) => begun <= until && ended >= from)
      .filter(({ begun, ended }) => ended - begun > harmMs + slackMs)
      .map(
        ({ version, begun, ended }) =>
          `harm version ${version}, begun at ${clockTime(begun)} while "${scene}", was taken off at ${clockTime(ended)}, later than after ${seconds(harmMs + slackMs)}`,
      );
  });
}

/** Somebody who does harm is there at any time, and moves at least once in a life as long as this. */
const aLife = (harmMs: number): number => 1.25 * lifeWithin(harmMs);

/** Workers that waited for a queue. */
export const idleLong = ({ queueBroken, harmMs }: Pick<Story, 'queueBroken' | 'harmMs'>): string[] =>
  queueBroken
    .filter(({ idleMs }) => idleMs > Math.max(LEAST_IDLE_MS, PATIENCE_MS + aLife(harmMs)))
    .map(({ scene, idleMs }) => `"${scene}": no worker moved any rollout for ${seconds(idleMs)}`);

/** Workers to which the queue brings nothing, although there is work. */
export const queueUnused = ({ queueBroken }: Pick<Story, 'queueBroken'>): string[] =>
  queueBroken.flatMap(({ scene, after }) =>
    after
      .filter(({ brought, around }) => brought === 0 && around > 0)
      .map(
        ({ worker, around }) =>
          `long after "${scene}" the queue brings ${worker} nothing: it took up ${around} rollouts itself`,
      ),
  );

export const loud = ({ logBytes, repeatedLines }: Pick<Story, 'logBytes' | 'repeatedLines'>): string[] => [
  ...Object.entries(logBytes)
    .filter(([, bytes]) => bytes > MOST_LOG_BYTES)
    .map(([name, bytes]) => `${name} wrote ${Math.round(bytes)} bytes a minute`),
  ...repeatedLines.map(({ who, line, times }) => `${who} wrote ${times} times within a minute: ${line}`),
];

export const untold = ({ outages }: Pick<Story, 'outages'>): string[] =>
  outages.flatMap(({ from, told, isLogged, isOver }) => [
    ...(told === null ? [`nobody was told of the outage at ${clockTime(from)} while it lasted`] : []),
    ...(isLogged ? [] : [`no worker has written of the outage at ${clockTime(from)}`]),
    ...(isOver ? [] : [`the outage of ${clockTime(from)} is in the figures long after its end`]),
  ]);
