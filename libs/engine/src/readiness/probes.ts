import { agoMs, DomainError, formatDuration, shownUrl, type Instant } from '#libs/kernel';
import type { ServingProbe } from '../ports/outside-ports.ts';
import { together } from './all-servers.ts';
import {
  keepsCallers,
  takesCallers,
  urlsOf,
  type Readiness,
  type Route,
  type RouteCandidate,
  type RouteTarget,
} from '#libs/traffic';

declare const SENDABLE: unique symbol;
/**
 * A target that a route may name. Made here only: of a server that was found ready a moment ago (`Probes`), of what
 * the route names already (`staying`), or by an admin's force. So no route is published to a server nobody has asked.
 */
export type Sendable<T extends RouteTarget = RouteTarget> = T & { readonly [SENDABLE]: true };
const sendable = <T extends RouteTarget>(target: T): Sendable<T> => target as Sendable<T>;

/** What a server said is good for this long: whoever sends callers there later asks again. */
const FRESH_MS = 10_000;
/** When the servers behind targets were asked. Targets that no probe made (`staying`, by force) are not in it. */
const askedAtOf = new WeakMap<RouteTarget, Instant>();

/**
 * The server was asked at most ten seconds ago. Held against every route that is published (`publishRoute`), in its transaction: it may
 * have waited long for the model's lock.
 * @throws DomainError `probes_stale`
 */
export function assertFresh(target: Sendable, now: Instant): void {
  const ageMs = agoMs(askedAtOf.get(target) ?? now, now);
  if (ageMs !== null && ageMs <= FRESH_MS) return;
  const when =
    ageMs === null
      ? 'before the clock was set back'
      : `${formatDuration(Math.round(ageMs / 1_000) * 1_000)} ago, which is too long to send callers there`;
  throw new DomainError(
    'conflict',
    STALE,
    `Version ${target.version} was asked whether it is ready ${when}. Nothing was done; ask again.`,
  );
}
const STALE = 'probes_stale';
export const isStale = (error: unknown): boolean => error instanceof DomainError && error.code === STALE;

/** What a route names stays as it is: where it does not answer, there is no better place that somebody has asked for. */
export const staying = ({
  primary,
  candidate,
}: Pick<Route, 'primary' | 'candidate'>): {
  readonly primary: Sendable;
  readonly candidate: Sendable<RouteCandidate> | null;
} => ({ primary: sendable({ ...primary }), candidate: candidate && sendable({ ...candidate }) });

/** A target that goes on at the address where its deployer has found it ready just now. */
export function following<T extends RouteTarget>(
  target: Sendable<T>,
  report: { readonly version: number; readonly state: string; readonly url: string | null },
): Sendable<T> {
  const moves = report.version === target.version && report.state === 'ready' && report.url !== null;
  if (!moves || report.url === target.url) return target;
  const { urls: _, ...rest } = target;
  return sendable({ ...rest, url: report.url } as unknown as T);
}

export const onTrial = (
  target: Sendable,
  as: Pick<RouteCandidate, 'mode' | 'weight' | 'heldBack' | 'rings'>,
): Sendable<RouteCandidate> => {
  const candidate = sendable({ ...target, ...as });
  const askedAt = askedAtOf.get(target);
  if (askedAt !== undefined) askedAtOf.set(candidate, askedAt);
  return candidate;
};

/** A version, and where it is to be asked. */
export interface ProbeTarget extends RouteTarget {
  readonly healthPath: string | null;
  /** Where its server has said before that it is ready; left out, `null`: nowhere. */
  readonly readyPath?: string | null;
}

/** What model servers said a moment ago, by version. Nobody but `ask` can say that one is ready. */
export class Probes {
  /** Nobody was asked: callers go nowhere that they do not go already. */
  static readonly NONE = new Probes(new Map(), null);
  /** An admin sends callers there, whatever the servers say. */
  static readonly FORCED = new Probes(new Map(), null, true);

  private constructor(
    private readonly answers: ReadonlyMap<number, Answer>,
    private readonly askedAt: Instant | null,
    private readonly forced = false,
  ) {}

  /**
   * Asks all at once, each server once. Outside transactions: it takes as long as one probe may (5 s).
   * @param askedAt the database's time before the first is asked
   * @param needed whose answers are waited for
   * @param ways back, the best first: those after the first one that is ready are not waited for
   */
  static async ask(
    serving: ServingProbe,
    askedAt: Instant,
    needed: readonly ProbeTarget[],
    ways: readonly ProbeTarget[] = [],
  ): Promise<Probes> {
    const asked = new Map<string, Promise<Readiness>>();
    const askOne = (url: string, { healthPath, readyPath = null }: ProbeTarget): Promise<Readiness> => {
      const key = `${url} ${healthPath ?? ''} ${readyPath ?? ''}`;
      const said = asked.get(key) ?? serving.probe({ url, healthPath, readyPath });
      asked.set(key, said);
      return said;
    };
    const ask = async (target: ProbeTarget): Promise<Readiness> => {
      const urls = urlsOf(target);
      return together(urls, await Promise.all(urls.map((url) => askOne(url, target))));
    };
    const answers = new Map<number, Answer>();
    const note = async (target: ProbeTarget, answer: Promise<Readiness>): Promise<boolean> => {
      const said = await answer;
      answers.set(target.version, { urls: urlsOf(target), said });
      return keepsCallers(said);
    };
    const [ofNeeded, ofWays] = [needed, ways].map((targets) =>
      targets.map((one) => [one, ask(one)] as const),
    );
    for (const one of ofNeeded ?? []) await note(...one);
    for (const one of ofWays ?? []) if (await note(...one)) break;
    return new Probes(answers, askedAt);
  }

  /** May callers be sent there who are somewhere else? All of its replicas are ready. */
  isReady(target: RouteTarget): boolean {
    return this.forced || this.says(target, takesCallers);
  }

  /** May callers go back there? At least half of its replicas are ready, and gateways leave out the others. */
  isUp(target: RouteTarget): boolean {
    return this.forced || this.says(target, keepsCallers);
  }

  /** The target, if it was found ready at these very addresses; else `null`. */
  target(target: RouteTarget): Sendable | null {
    return this.isReady(target) ? this.dated(target) : null;
  }

  /** The target to go back to, if it is up; else `null`. */
  wayBack(target: RouteTarget): Sendable | null {
    return this.isUp(target) ? this.dated(target) : null;
  }

  private dated(target: RouteTarget): Sendable {
    const made = sendable(bare(target));
    if (this.askedAt !== null) askedAtOf.set(made, this.askedAt);
    return made;
  }

  private says(target: RouteTarget, holds: (said: Readiness) => boolean): boolean {
    const answer = this.answers.get(target.version);
    return answer !== undefined && answer.urls.join(' ') === urlsOf(target).join(' ') && holds(answer.said);
  }

  /** What is wrong with a version, in words that go on after its name. */
  why(version: number): string {
    const answer = this.answers.get(version);
    if (!answer) return 'was not asked';
    const { urls, said } = answer;
    if (urls.length > 1) return `is not ready: ${said.because}`;
    const at = shownUrl(urls[0] ?? '');
    return said.state === 'unreachable'
      ? `does not answer at ${at}`
      : `is not ready at ${at}: ${said.because}`;
  }
}

interface Answer {
  readonly urls: readonly string[];
  readonly said: Readiness;
}

/** What every target has: a candidate's mode and weight are not its address. */
const bare = ({ version, url, urls, healthPath }: RouteTarget): RouteTarget => ({
  ...{ version, url },
  ...(urls === undefined ? {} : { urls }),
  ...(typeof healthPath !== 'string' ? {} : { healthPath }),
});
