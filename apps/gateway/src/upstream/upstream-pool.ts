import { randomInt } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { type AddressPolicy, guardedLookup, hostRefusal, type Resolve } from '#libs/addresses';
import type { RouteTarget } from '#libs/traffic';
import { contain, every, PROCESS, soon } from '../contained.ts';
import { AnswerClock } from './answer-clock.ts';
import type { AnswerListener } from './connection.ts';
import type { Dial } from './dial.ts';
import { NotSentError } from './errors.ts';
import { type Origin, originOf } from './origin.ts';
import { Pending } from './pending.ts';
import { ServerConnections } from './server-connections.ts';
import type { Call, UpstreamLimits, UpstreamRequest } from './upstream-request.ts';

const SWEEP_MS = 250;
const RESOLUTION = 2 ** 32;

const random = (): number => randomInt(RESOLUTION) / RESOLUTION;

/**
 * Connections to model servers of one role: callers' and shadow's are apart, so that one cannot starve the
 * other. HTTP/1.1 by our own reader and by callbacks, since an exchange costs a third of what a general
 * client's does (ADR 10, `bench/gateway.ts`).
 */
export class UpstreamPool {
  private readonly servers = new Map<string, ServerConnections>();
  private readonly origins = new WeakMap<RouteTarget, Origin>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly dial: Dial;
  private warm: ReadonlySet<string> = new Set();

  /**
   * @param secureContext of this installation, for `https`; none: as Node.js does by itself
   * @param resolve finds the addresses of names; the system's, unless a test has its own
   */
  constructor(
    private readonly limits: UpstreamLimits,
    private readonly policy: AddressPolicy,
    secureContext?: SecureContext,
    resolve?: Resolve,
  ) {
    this.dial = { lookup: guardedLookup(policy, resolve), secureContext, random };
    this.sweeper = every(PROCESS, SWEEP_MS, () => this.sweep()).unref();
  }

  /** Never throws and never calls back before it has returned: whatever is wrong is told to the listener. */
  send(request: UpstreamRequest, listener: AnswerListener): Call {
    let origin: Origin;
    try {
      origin = this.originOf(request.target);
    } catch (error) {
      soon(listener, () => listener.failed(error as Error));
      const clock = new AnswerClock(this.limits.keptBytes);
      clock.handed(performance.now(), false);
      request.trace?.begin(null);
      request.trace?.failed(error as Error, clock);
      return { abort: () => undefined, clock };
    }
    let server = this.servers.get(origin.key);
    if (!server) {
      this.servers.set(origin.key, (server = new ServerConnections(origin, this.limits, this.dial)));
      server.keepsWarm = this.warm.has(origin.key);
    }
    const pending = new Pending(server, request, origin, listener);
    server.start(pending);
    return pending;
  }

  /**
   * Which model servers always have a connection that is set up, once they have shown that they keep them: those of models that are
   * judged, so that an arm with few requests is no slower for it.
   */
  keepWarm(targets: readonly RouteTarget[]): void {
    this.warm = new Set(targets.flatMap(({ url }) => (URL.canParse(url) ? new URL(url).origin : [])));
    for (const [key, server] of this.servers) server.keepsWarm = this.warm.has(key);
  }

  private originOf(target: RouteTarget): Origin {
    let origin = this.origins.get(target);
    if (origin) return origin;
    origin = originOf(target.url);
    // Node looks up no name where the host is an address; a name is checked when it is looked up.
    const refused = hostRefusal(this.policy, origin.host);
    if (refused) throw new NotSentError(refused.message, { cause: refused });
    this.origins.set(target, origin);
    return origin;
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
