import { randomInt } from 'node:crypto';
import { type AddressPolicy, guardedLookup, hostRefusal, type Resolve } from '#libs/addresses';
import { urlsOf, type RouteTarget } from '#libs/traffic';
import type { SecureNow } from '#libs/tls';
import { contain, every, PROCESS, soon } from '#libs/data-plane';
import { AnswerClock } from './connection/answer-clock.ts';
import type { AnswerListener } from './connection/exchange.ts';
import type { Dial } from './connection/dial.ts';
import { NotSentError } from './connection/errors.ts';
import { type Origin, originOf } from './origin.ts';
import { Pending } from './connection/pending.ts';
import { ServerConnections } from './server/server-connections.ts';
import type { TargetHealth } from './replicas/target-health.ts';
import type { Call, UpstreamLimits, UpstreamRequest } from './upstream-request.ts';

/** What is known of a target: its serving URLs, as far as they may be connected to. */
interface Known {
  /** What connections are shared by: models that share their model servers take turns. */
  readonly key: string;
  readonly origins: readonly Origin[];
  readonly health: TargetHealth | null;
}

const SWEEP_MS = 250;
const RESOLUTION = 2 ** 32;

const keyOf = (target: RouteTarget): string =>
  urlsOf(target)
    .map((url) => new URL(url).origin)
    .join(' ');

const random = (): number => randomInt(RESOLUTION) / RESOLUTION;

/**
 * Connections to model servers of one role: callers' and shadow's are apart, so that one cannot starve the
 * other. HTTP/1.1 by our own reader and by callbacks, since an exchange costs a third of what a general
 * client's does (ADR 10, `bench/gateway.ts`).
 */
export class UpstreamPool {
  private readonly servers = new Map<string, ServerConnections>();
  private readonly known = new WeakMap<RouteTarget, Known>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly dial: Dial;
  private warm: ReadonlySet<string> = new Set();

  /**
   * @param secure of this installation, for `https`; none: as Node.js does by itself
   * @param resolve finds the addresses of names; the system's, unless a test has its own
   * @param healthOf what probes say of a version's servers; `null`: nobody asks them
   */
  constructor(
    private readonly limits: UpstreamLimits,
    private readonly policy: AddressPolicy,
    secure: SecureNow = () => undefined,
    resolve?: Resolve,
    private readonly healthOf: (target: RouteTarget) => TargetHealth | null = () => null,
  ) {
    this.dial = { lookup: guardedLookup(policy, resolve), secure, random };
    this.sweeper = every(PROCESS, SWEEP_MS, () => this.sweep()).unref();
  }

  /** Never throws and never calls back before it has returned: whatever is wrong is told to the listener. */
  send(request: UpstreamRequest, listener: AnswerListener): Call {
    let known: Known;
    try {
      known = this.knownOf(request.target);
    } catch (error) {
      soon(listener, () => listener.failed(error as Error));
      const clock = new AnswerClock(this.limits.keptBytes);
      clock.handed(performance.now(), false);
      request.trace?.begin(null);
      request.trace?.failed(error as Error, clock);
      return { abort: () => undefined, clock, sentUrl: null };
    }
    const { key, origins, health } = known;
    let server = this.servers.get(key);
    if (!server) {
      this.servers.set(key, (server = new ServerConnections(origins, this.limits, this.dial)));
      server.keepsWarm = this.warm.has(key);
    }
    const pending = new Pending(server, request, origins, health, listener);
    server.start(pending);
    return pending;
  }

  /**
   * Which model servers always have a connection that is set up, once they have shown that they keep them: those of models that are
   * judged, so that an arm with few requests is no slower for it.
   */
  keepWarm(targets: readonly RouteTarget[]): void {
    this.warm = new Set(
      targets.flatMap((target) => (urlsOf(target).every((url) => URL.canParse(url)) ? keyOf(target) : [])),
    );
    for (const [key, server] of this.servers) server.keepsWarm = this.warm.has(key);
  }

  /** A replica says nothing any more: what waits there is sent to another one, where it may be. */
  leave(health: TargetHealth, url: string, address: string): void {
    for (const server of this.servers.values()) contain(PROCESS, () => server.leave(health, url, address));
  }

  /** The addresses of a lone serving URL, as far as it is in use. */
  addressesOf(key: string): readonly { readonly address: string; readonly family: number }[] {
    return this.servers.get(key)?.replicas.known ?? [];
  }

  /** When callers last heard of a replica, on the process's clock; `-Infinity`: never. */
  heardOf(key: string, address: string): number {
    return Math.max(
      -Infinity,
      ...[...this.servers.values()].map((one) => one.replicas.heardOf(key, address)),
    );
  }

  private knownOf(target: RouteTarget): Known {
    let known = this.known.get(target);
    if (known) return known;
    const all = urlsOf(target).map(originOf);
    // Node looks up no name where the host is an address; a name is checked when it is looked up.
    const refusals = all.map(({ host }) => hostRefusal(this.policy, host));
    const origins = all.filter((_, at) => !refusals[at]);
    const [refused] = refusals;
    if (origins.length === 0 && refused) throw new NotSentError(refused.message, { cause: refused });
    known = { key: origins.map(({ key }) => key).join(' '), origins, health: this.healthOf(target) };
    this.known.set(target, known);
    return known;
  }

  private sweep(): void {
    for (const [key, server] of this.servers)
      contain(PROCESS, () => {
        if (server.sweep()) this.servers.delete(key);
      });
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
  }
}
