import { guardedLookup, hostRefusal, type AddressPolicy, type Resolve } from '#libs/addresses';
import type { Logger } from '#libs/observe';
import { takesCallers, type Route, type RouteTarget } from '#libs/traffic';
import { contain, every, PROCESS } from '#libs/data-plane';
import type { Dial } from '../upstream/connection/dial.ts';
import type { TargetHealth } from '../upstream/replicas/target-health.ts';
import type { Thresholds } from './after-probe.ts';
import { askServer } from './ask-server.ts';
import { beginProbe, nextOf, type Course } from './probe-paths.ts';
import { type Address, identityOf, mayBeSeveral, type Server, VersionHealth } from './version-health.ts';

export interface ProberSettings extends Thresholds {
  /** Between two probes of an address; 0: nobody is asked. */
  readonly everyMs: number;
  /** For each path that a probe asks: far servers need a part of it for every one. The first silence ends the probe. */
  readonly timeoutMs: number;
  /** `DEPLOYER_READY_PATH` */
  readonly usualPath: string;
  readonly dnsTtlMs: number;
  readonly via: string;
}

/** What callers' connections know, and are told. */
export interface CallersSide {
  /** When callers last had bytes from an address, on the process's clock. */
  heardOf(key: string, address: string): number;
  /** The addresses that a model server's name has, as far as it is in use. */
  addressesOf(key: string): readonly Address[];
  /** It says nothing: what waits there may go to another one. */
  leave(health: TargetHealth, url: string, address: string): void;
}

const TICK_MS = 100;
/** How often names are looked at. */
const REFRESH_MS = 500;
/** Probes under way at once, of all models: the others wait, and so are asked less often. */
const MOST_AT_ONCE = 64;
/** Probes do not stay in step: each comes this much earlier or later. */
const APART = 0.15;

/** Asks each address of the versions that have several, so that none that is not ready is chosen for callers. */
export class Prober {
  private versions = new Map<string, { readonly health: VersionHealth; readonly names: Set<string> }>();
  /** Those that have several addresses now. */
  private asked: readonly VersionHealth[] = [];
  private refreshedAt = -Infinity;
  private underWay = 0;
  private readonly ticker: NodeJS.Timeout | null;
  private readonly dial: Dial;
  readonly counts = { well: 0, 'not ready': 0, silent: 0 };

  constructor(
    private readonly settings: ProberSettings,
    private readonly policy: AddressPolicy,
    secure: Dial['secure'],
    private readonly random: () => number,
    private readonly callers: CallersSide,
    private readonly logger: Pick<Logger, 'warn' | 'info'>,
    resolve?: Resolve,
  ) {
    this.dial = { lookup: guardedLookup(policy, resolve), secure, random };
    this.ticker =
      settings.everyMs === 0 ? null : every(PROCESS, TICK_MS, () => this.tick(performance.now())).unref();
  }

  /** What the probes of a version's servers say; `null`: nobody is asked. */
  healthOf(target: RouteTarget): TargetHealth | null {
    return this.versions.get(identityOf(target))?.health ?? null;
  }

  /** Whom to ask from now on: what the routes name. What is known of versions that stay is kept. */
  follow(routes: readonly Route[]): void {
    if (this.ticker === null) return;
    const before = this.versions;
    this.versions = new Map();
    for (const { model, primary, candidate } of routes)
      for (const target of candidate ? [primary, candidate] : [primary])
        contain(PROCESS, () => {
          if (!mayBeSeveral(target)) return;
          const identity = identityOf(target);
          const known = this.versions.get(identity);
          const health =
            known?.health ??
            before.get(identity)?.health ??
            new VersionHealth(target, this.dial, this.settings.dnsTtlMs);
          const names = known?.names ?? new Set();
          this.versions.set(identity, { health, names: names.add(`${model} ${target.version}`) });
        });
  }

  /** Every address that is asked: whose it is, and whether callers are sent there. */
  *shown(): IterableIterator<{
    model: string;
    version: string;
    address: string;
    isIn: boolean;
    last: string;
  }> {
    for (const { health, names } of this.versions.values())
      for (const { origin, address, state } of health.all)
        for (const name of names) {
          const [model = '', version = ''] = name.split(' ');
          const at = origin.host === address ? origin.key : `${origin.key} (${address})`;
          const isIn = !health.isOut(origin.url, address);
          yield { model, version, address: at + origin.base, isIn, last: state.last };
        }
  }

  close(): void {
    if (this.ticker) clearInterval(this.ticker);
  }

  private tick(now: number): void {
    if (now - this.refreshedAt >= REFRESH_MS) this.refresh(now);
    if (this.underWay >= MOST_AT_ONCE) return;
    const due = this.asked.flatMap((health) =>
      health.all
        .filter((server) => !server.isAsked && server.dueAt <= now)
        .map((server) => ({ health, server })),
    );
    // Whoever has waited longest is first: where there are more than can be asked in time, all are asked less often.
    due.sort((one, other) => one.server.dueAt - other.server.dueAt);
    for (const { health, server } of due) {
      if (this.underWay >= MOST_AT_ONCE) return;
      if (hostRefusal(this.policy, server.origin.host)) continue;
      contain(PROCESS, () => this.probe(health, server, now));
    }
  }

  private refresh(now: number): void {
    this.refreshedAt = now;
    const inUse = (key: string) => this.callers.addressesOf(key);
    const firstDueAt = () => now + this.settings.everyMs * this.random();
    this.asked = [...this.versions.values()].flatMap(({ health }) => {
      health.refresh(now, firstDueAt, inUse);
      return health.isAsked ? [health] : [];
    });
  }

  private probe(health: VersionHealth, server: Server, startedAt: number): void {
    const { everyMs, timeoutMs, usualPath, via } = this.settings;
    const { healthPath } = health;
    server.isAsked = true;
    this.underWay++;
    const done = (found: 'well' | 'not ready' | 'silent'): void => {
      server.isAsked = false;
      this.underWay--;
      server.dueAt = performance.now() + everyMs * (1 - APART + 2 * APART * this.random());
      const isHeard =
        found === 'silent' && this.callers.heardOf(server.origin.key, server.address) > startedAt;
      this.counts[found]++;
      const wasOut = health.isOut(server.origin.url, server.address);
      const isSilent = health.note(server, found, this.settings, isHeard);
      const isOut = health.isOut(server.origin.url, server.address);
      if (isOut !== wasOut) this.tell(server, isOut);
      if (isSilent) this.callers.leave(health, server.origin.url, server.address);
    };
    const step = (course: Course): void => {
      if ('said' in course) {
        server.known = course.known;
        return done(takesCallers(course.said) ? 'well' : 'not ready');
      }
      askServer(server, course.ask.path, { dial: this.dial, timeoutMs, via }, (answer) =>
        answer === null ? done('silent') : step(nextOf(course, answer, { known: server.known, healthPath })),
      );
    };
    step(beginProbe(server.known, healthPath, usualPath));
  }

  private tell({ origin, address, state }: Server, isOut: boolean): void {
    const what = { server: origin.key + origin.base, address, last: state.last };
    if (isOut) this.logger.warn(what, 'a replica fails its probes: callers go to the others');
    else this.logger.info(what, 'a replica answers its probes again, or too few do: it is chosen again');
  }
}
