import { isEjected, chooseReplica } from './replica-choice.ts';
import type { Dial } from '../connection/dial.ts';
import type { Origin } from '../origin.ts';
import { type Replica, ServerAddresses } from './server-addresses.ts';
import type { TargetHealth } from './target-health.ts';

/** Who asks for an address. */
export interface Asking {
  /** Those that have failed it already, which are chosen only where there are no others. */
  readonly avoids: readonly Replica[];
  /** What probes say of its version's servers; `null`: nobody asks them. */
  readonly health: TargetHealth | null;
  /** Its version's serving URLs, in the order of `Replica.place`. */
  readonly origins: readonly Origin[];
}

/** All addresses of a version's serving URLs, and which of them is asked next. */
export class Replicas {
  readonly places: readonly ServerAddresses[];
  private all: readonly Replica[];

  /**
   * @param dnsTtlMs how long a name's addresses are used before it is looked up again
   * @param changed told when addresses have gone
   */
  constructor(
    private readonly origins: readonly Origin[],
    private readonly dial: Pick<Dial, 'lookup' | 'random'>,
    dnsTtlMs: number,
    changed: () => void,
  ) {
    const update = (): void => {
      this.all = this.places.flatMap(({ replicas }) => replicas);
      changed();
    };
    this.places = origins.map(({ host }, at) => new ServerAddresses(host, dial, dnsTtlMs, update, at));
    this.all = this.places.flatMap(({ replicas }) => replicas);
    // Which of several is asked is chosen before anybody connects; whoever connects to a lone one looks it up.
    if (this.places.length > 1) for (const place of this.places) place.look();
  }

  /** Is there a choice? */
  get areSeveral(): boolean {
    return this.all.length > 1;
  }

  /** Those whose addresses are known now. */
  get known(): readonly Replica[] {
    return this.all.filter(({ address }) => address !== '');
  }

  /** When callers last heard of the server at an address, on the process's clock. @param key of its serving URL's origin */
  heardOf(key: string, address: string): number {
    const all = this.all.filter((one) => one.address === address && this.origins[one.place]?.key === key);
    return Math.max(-Infinity, ...all.map(({ heardAt }) => heardAt));
  }

  of({ place }: Pick<Replica, 'place'>): ServerAddresses {
    return this.places[place] ?? (this.places[0] as ServerAddresses);
  }

  choose({ avoids, health, origins }: Asking): Replica | null {
    const fresh = avoids.length === 0 ? this.all : this.all.filter((one) => !avoids.includes(one));
    const among = fresh.length > 0 ? fresh : this.all;
    const isOut = health === null || health.areAllIn ? undefined : outBy(health, origins);
    return chooseReplica(among, performance.now(), this.dial.random, isOut) ?? null;
  }

  /** Should this request rather go to others: it failed it or fails its probes, and others do neither? */
  hasBetterThan(replica: Replica, { avoids, health, origins }: Asking): boolean {
    if (avoids.length === 0 && (health === null || health.areAllIn)) return false;
    const isOut = health === null || health.areAllIn ? () => false : outBy(health, origins);
    const isBad = (one: Replica): boolean => avoids.includes(one) || isOut(one);
    return isBad(replica) && !this.all.every(isBad);
  }

  /** Is it left out for this request? */
  isOut(replica: Replica, { avoids, health, origins }: Asking): boolean {
    if (isEjected(replica.health, performance.now()) || avoids.includes(replica)) return true;
    return health !== null && !health.areAllIn && outBy(health, origins)(replica);
  }

  refresh(now: number): void {
    for (const place of this.places) place.refresh(now);
  }
}

const outBy =
  (health: TargetHealth, origins: readonly Origin[]) =>
  ({ place, address }: Replica): boolean =>
    health.isOut(origins[place]?.url ?? '', address);
