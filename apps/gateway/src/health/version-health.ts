import { isIP } from 'node:net';
import { urlsOf, type RouteTarget } from '#libs/traffic';
import { type Origin, originOf } from '../upstream/origin.ts';
import type { Dial } from '../upstream/connection/dial.ts';
import { ServerAddresses } from '../upstream/replicas/server-addresses.ts';
import type { TargetHealth } from '../upstream/replicas/target-health.ts';
import {
  afterProbe,
  leftOut,
  type Finding,
  type ProbeState,
  type Thresholds,
  UNPROBED,
} from './after-probe.ts';
import type { Asked } from './ask-server.ts';
import type { KnownPath } from './probe-paths.ts';

/** One address that is asked, and what is known of it. */
export interface Server extends Asked {
  readonly key: string;
  state: ProbeState;
  known: KnownPath | null;
  isAsked: boolean;
  /** When it is asked next, on the process's clock. */
  dueAt: number;
}

/** An address of a name, as it is known now. */
export type Address = Pick<Asked, 'address' | 'family'>;

interface Place {
  readonly origin: Origin;
  /** `null`: of a lone serving URL, whose name callers' connections look up while it is in use. There may be thousands. */
  readonly addresses: ServerAddresses | null;
}

/** May a version have several addresses? Its URLs can be read, and there are several, or one names no address. */
export function mayBeSeveral(target: RouteTarget): boolean {
  const urls = urlsOf(target);
  if (!urls.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return false;
  return urls.length > 1 || isIP(originOf(urls[0] ?? '').host) === 0;
}

/** What targets of the same servers and the same health path share, whatever their role. */
export const identityOf = (target: RouteTarget): string =>
  JSON.stringify([urlsOf(target), target.healthPath ?? null]);

const keyOf = (url: string, address: string): string => `${url} ${address}`;

/** All addresses of one version's serving URLs, as probes find them. */
export class VersionHealth implements TargetHealth {
  readonly healthPath: string | null;
  private readonly places: readonly Place[];
  private readonly servers = new Map<string, Server>();
  private out: ReadonlySet<string> = new Set();

  /** @throws TypeError for a target whose URLs cannot be read */
  constructor(target: RouteTarget, dial: Dial, dnsTtlMs: number) {
    this.healthPath = target.healthPath ?? null;
    const origins = urlsOf(target).map(originOf);
    this.places = origins.map((origin) => ({
      origin,
      addresses:
        origins.length === 1 ? null : new ServerAddresses(origin.host, dial, dnsTtlMs, () => undefined),
    }));
    for (const { addresses } of this.places) addresses?.look();
  }

  get areAllIn(): boolean {
    return this.out.size === 0;
  }

  isOut(url: string, address: string): boolean {
    return this.out.has(keyOf(url, address));
  }

  get isAsked(): boolean {
    return this.servers.size > 0;
  }

  get all(): readonly Server[] {
    return [...this.servers.values()];
  }

  /**
   * Takes what names mean now. A version with one address is not asked: nothing could be left out.
   * @param inUse the addresses of a lone serving URL that callers' connections know
   */
  refresh(now: number, firstDueAt: () => number, inUse: (key: string) => readonly Address[]): void {
    const seen = new Set<string>();
    const all: Asked[] = this.places.flatMap(({ origin, addresses }) => {
      addresses?.follow(now);
      const known = addresses?.replicas.filter(({ address }) => address !== '') ?? inUse(origin.key);
      return known.map(({ address, family }) => ({ origin, address, family }));
    });
    // Each role's connections know the same name.
    const asked = new Map(all.map((one) => [keyOf(one.origin.url, one.address), one]));
    if (asked.size > 1)
      for (const [key, one] of asked) {
        seen.add(key);
        if (!this.servers.has(key))
          this.servers.set(key, {
            ...{ ...one, key, state: UNPROBED, known: null, isAsked: false },
            dueAt: firstDueAt(),
          });
      }
    let isChanged = false;
    for (const key of this.servers.keys()) if (!seen.has(key)) isChanged = this.servers.delete(key);
    if (isChanged) this.settle();
  }

  /** @returns whether it says nothing, and is left out from now on */
  note(server: Server, found: Finding, thresholds: Thresholds, isHeard: boolean): boolean {
    const wasOut = this.out.has(server.key);
    server.state = afterProbe(server.state, found, thresholds, isHeard);
    this.settle();
    return !wasOut && this.out.has(server.key) && server.state.last === 'silent';
  }

  private settle(): void {
    this.out = leftOut(new Map([...this.servers].map(([key, { state }]) => [key, state])));
  }
}
