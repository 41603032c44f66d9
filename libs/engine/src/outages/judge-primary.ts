import { agoMs, type Instant } from '#libs/kernel';
import type { OutageRecord, OutGateway, PrimaryFacts, PrimaryWordRecord } from './records.ts';

/** Gateways say again every 5 s that a primary is out: what is so much older than their last sign of life is no longer said. */
const WORD_LASTS_MS = 15_000;
/** Gateways that are alive and have said nothing are asked, and have so long to say that callers are answered there. */
export const ASK_MS = 6_000;
/** Nobody has said for so long that it is out: it is not. Longer than a gateway that starts anew is silent. */
export const QUIET_MS = 10_000;

/** What follows from what is known. `event`: to be written with it. */
export interface PrimaryJudgement {
  /** `null`: there is none (any more). */
  readonly outage: OutageRecord | null;
  readonly event: 'primary.unreachable' | 'primary.reachable' | null;
  /** Why, for the event. */
  readonly because: string;
}

/**
 * Is a model's primary out? Pure: the same facts and the same record give the same judgement, and a judgement that was written gives
 * no event when it is made again.
 *
 * - A gateway says so by its callers. Where another gateway's callers were answered since, it is out for `some`; so too until it is announced.
 * - Where no gateway says anything, probes do, unless a caller was answered since they say so.
 * - It is announced once it is out for all, and every gateway that is alive has said so or has had the time to (`ASK_MS`).
 * - It is over when nobody says so any more: at once where a caller was answered or probes found it ready since; else after `QUIET_MS`.
 *   While no gateway is heard of, nothing is over for want of words.
 */
export function judgePrimary(facts: PrimaryFacts, known: OutageRecord | null): PrimaryJudgement {
  const { now, version } = facts;
  if (known && known.version !== version) return over(known, movedOn(version));
  if (version === null) return NOTHING;
  const words = facts.words.filter((word) => word.version === version);
  const out = words.filter(isOut).filter((word) => isSaid(word, facts.alive));
  // One of a time still to come is of a clock that was set back since: who is answered says so anew when it is asked.
  const answered = words.filter(({ state, since }) => state === 'answers' && agoMs(since, now) !== null);
  const answeredAt = Math.max(-Infinity, ...answered.map(({ since }) => since));
  const isOutByProbes = saysOut(facts, answeredAt);
  if (out.length === 0 && !isOutByProbes) return known ? quiet(facts, known, answeredAt) : NOTHING;

  const gateways = out.map(toOut).sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
  const outSince = Math.min(...gateways.map(({ since }) => since));
  const names = new Set(gateways.map(({ gateway }) => gateway));
  const isAnswering = answered.some(
    ({ gateway, since }) => !names.has(gateway) && facts.alive.includes(gateway) && since > outSince,
  );
  const isOutForAll = !isAnswering || isOutByProbes;
  const haveAllSaid = out.length > 0 && facts.alive.every((gateway) => names.has(gateway));
  const suspectedAt = known?.suspectedAt ?? now;
  const isAnnounced = known !== null && known.announcedAt !== null;
  const announces = !isAnnounced && isOutForAll && (haveAllSaid || lasts(ASK_MS, suspectedAt, now));
  // Until those that have said nothing have had their time, it may be one gateway's own trouble.
  const scope = isOutForAll && (isAnnounced || announces) ? 'all' : 'some';
  const because = becauseOf(facts, out);
  const outage: OutageRecord = {
    ...{ version, scope, because, gateways, suspectedAt, quietSince: null },
    cause: causeOf(out),
    since: known?.since ?? Math.min(outSince, isOutByProbes ? (facts.probes?.since ?? now) : Infinity, now),
    announcedAt: announces ? now : (known?.announcedAt ?? null),
  };
  return { outage, event: announces ? 'primary.unreachable' : null, because };
}

/** Is it so long ago? What began at a time still to come has lasted: it would begin no more until a clock that was set back is there again. */
const lasts = (ms: number, since: Instant, now: Instant): boolean => (agoMs(since, now) ?? Infinity) >= ms;

const NOTHING: PrimaryJudgement = { outage: null, event: null, because: '' };

type OutWord = PrimaryWordRecord & OutGateway;
const isOut = (word: PrimaryWordRecord): word is OutWord => word.state !== 'answers';

/** A gateway that has gone has no say; nor one that has been heard of for long without saying it again, or that said it before a clock was set back. */
const isSaid = ({ gateway, seenAt, toldAt }: PrimaryWordRecord, alive: readonly string[]): boolean =>
  alive.includes(gateway) && Math.abs(seenAt - toldAt) <= WORD_LASTS_MS;

function saysOut({ probes }: PrimaryFacts, answeredAt: Instant): boolean {
  if (probes === null || probes.state === 'ready' || probes.state === 'retired') return false;
  // A server whose health path says no, and that answers callers all the same, is not out.
  return probes.since === null || probes.since > answeredAt;
}

/** Nobody says that it is out. */
function quiet(facts: PrimaryFacts, known: OutageRecord, answeredAt: Instant): PrimaryJudgement {
  const { now, probes, alive, version } = facts;
  const isReadySince = probes?.state === 'ready' && probes.since !== null && probes.since > known.since;
  if (answeredAt > known.since) return over(known, `version ${version} answers callers again`);
  if (isReadySince) return over(known, `version ${version} is ready again: ${probes.message}`);
  const quietSince = known.quietSince ?? now;
  if (alive.length > 0 && lasts(QUIET_MS, quietSince, now))
    return over(known, 'no gateway says any longer that it is out');
  return { outage: { ...known, quietSince: alive.length > 0 ? quietSince : null }, event: null, because: '' };
}

const over = (known: OutageRecord, because: string): PrimaryJudgement => ({
  ...{ outage: null, because },
  event: known.announcedAt === null ? null : 'primary.reachable',
});

const movedOn = (version: number | null): string =>
  version === null ? 'no version serves any more' : `version ${version} serves now`;

const causeOf = (out: readonly OutWord[]): OutageRecord['cause'] => {
  if (out.length === 0) return 'not_ready';
  return out.some(({ state }) => state === 'unreachable') ? 'unreachable' : 'failing';
};

function becauseOf({ probes }: PrimaryFacts, out: readonly OutWord[]): string {
  const [first] = [...out].sort((a, b) => b.failures - a.failures);
  if (!first) return `probes: ${probes?.message ?? 'not ready'}`;
  const others = out.length > 1 ? ` and ${out.length - 1} more` : '';
  const what = first.state === 'unreachable' ? 'gets no answer' : 'gets errors only';
  return `gateway ${first.gateway}${others} ${what} (${first.failures} in a row): ${first.because}`;
}

const toOut = ({ gateway, state, since, because }: OutWord): OutGateway => ({
  ...{ gateway, state, since, because },
});
