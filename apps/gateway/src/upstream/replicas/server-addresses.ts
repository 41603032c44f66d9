import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressRefusedError } from '#libs/addresses';
import { contain, PROCESS, soon } from '#libs/data-plane';
import type { Dial } from '../connection/dial.ts';
import { afterFailure, chooseReplica, type Health, inOrder, WELL } from './replica-choice.ts';

/** One address of a model server: of its name, or the one that its serving URL names. */
export interface Replica {
  /** Empty: the name has not been looked up yet, or has no address. */
  readonly address: string;
  readonly family: number;
  /** Which serving URL of the version it belongs to. */
  readonly place: number;
  /** When a caller's answer last came from it, on the process's clock. */
  heardAt: number;
  /** Requests under way. */
  busy: number;
  health: Health;
  /** The name does not have it any more. */
  isGone: boolean;
}

/** The addresses of one serving URL's host, as they were found a short while ago, and which of them is asked next. */
export class ServerAddresses {
  /** Empty: none is known yet, or any more. */
  private found: readonly Replica[] = [];
  private readonly unknown: readonly Replica[];
  private foundAt = -Infinity;
  /** Told when a look-up ends; `null`: none is under way. */
  private waiting: ((error: Error | null) => void)[] | null = null;

  /**
   * @param dial its look-up refuses addresses that may not be connected to
   * @param ttlMs an answer is used for so long
   * @param changed told when addresses have gone
   */
  constructor(
    private readonly host: string,
    private readonly dial: Pick<Dial, 'lookup' | 'random'>,
    private readonly ttlMs: number,
    private readonly changed: () => void,
    private readonly place = 0,
  ) {
    const family = isIP(host);
    this.unknown = [newReplica(family === 0 ? '' : host, family, place)];
    // An address is looked up by nobody.
    if (family !== 0) [this.found, this.foundAt] = [this.unknown, Infinity];
  }

  /** One at least: where none is known, the one that a look-up will find. */
  get replicas(): readonly Replica[] {
    return this.found.length > 0 ? this.found : this.unknown;
  }

  /** Is there a choice? */
  get areSeveral(): boolean {
    return this.found.length > 1;
  }

  choose(): Replica | null {
    return chooseReplica(this.replicas, performance.now(), this.dial.random) ?? null;
  }

  find(address: string | undefined): Replica | null {
    return this.found.find((one) => one.address === address) ?? null;
  }

  /** A connection to it could not be set up. @param address `undefined`: the name has none */
  missed(address: string | undefined): void {
    const replica = address === undefined ? this.replicas[0] : this.find(address);
    if (replica) replica.health = afterFailure(replica.health, performance.now());
  }

  /** Looks the name up again when its answer is too old. */
  refresh(now: number): void {
    // Never asked: whoever connects first asks.
    if (this.found.length > 0 && now - this.foundAt > this.ttlMs) this.look();
  }

  /** The same for who connects to nobody here: a look-up that has failed, or was refused, is tried again. */
  follow(now: number): void {
    if (now - this.foundAt > this.ttlMs) this.look();
  }

  /** Looks the name up now. */
  look(): void {
    if (this.foundAt !== Infinity) this.whenFound(() => undefined);
  }

  /**
   * A look-up for one connection: the address that is chosen for it comes first, and the others after it, to be tried when
   * it does not answer.
   * @param chosen for the connection, now that addresses are known
   */
  lookupFor(chosen: () => Replica | null): LookupFunction {
    return (_host, { all }, done) => {
      // Never before this has returned: whoever connects is told of its connection first.
      const found = (error: Error | null): void => soon(PROCESS, () => answer(error));
      const answer = (error: Error | null): void => {
        if (error) return done(error, '', 0);
        const order = inOrder(this.replicas, chosen(), performance.now());
        if (all === true) done(null, order.map(({ address, family }) => ({ address, family })) as never);
        else done(null, order[0]?.address ?? '', order[0]?.family ?? 0);
      };
      if (this.found.length > 0 && performance.now() - this.foundAt <= this.ttlMs) found(null);
      else this.whenFound(found);
    };
  }

  private whenFound(step: (error: Error | null) => void): void {
    if (this.waiting) return void this.waiting.push(step);
    this.waiting = [step];
    this.dial.lookup(this.host, { all: true }, (error, found) =>
      contain(PROCESS, () => this.took(error, found as unknown as readonly LookupAddress[])),
    );
  }

  private took(error: Error | null, found: readonly LookupAddress[]): void {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    this.foundAt = performance.now();
    if (error === null) this.use(found);
    // It names what may not be connected to: what it named before is not its word any more.
    else if (error instanceof AddressRefusedError) this.use([]);
    // A name server that does not answer takes no address away.
    const failed = this.found.length > 0 ? null : error;
    for (const step of waiting) contain(PROCESS, () => step(failed));
  }

  private use(found: readonly LookupAddress[]): void {
    const before = this.found;
    const addresses = new Map(found.map((one) => [one.address, one.family]));
    this.found = [...addresses].map(
      ([address, family]) =>
        before.find((one) => one.address === address) ?? newReplica(address, family, this.place),
    );
    const gone = before.filter((one) => !addresses.has(one.address));
    for (const one of gone) one.isGone = true;
    // What is known now takes the place of what was not.
    for (const one of this.unknown) one.health = WELL;
    this.changed();
  }
}

const newReplica = (address: string, family: number, place: number): Replica => ({
  ...{ address, family, place, heardAt: -Infinity, busy: 0, health: WELL },
  isGone: false,
});
