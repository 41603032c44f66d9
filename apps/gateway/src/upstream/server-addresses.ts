import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AddressRefusedError } from '#libs/addresses';
import { contain, PROCESS, soon } from '../contained.ts';
import type { Dial } from './dial.ts';
import { afterFailure, chooseReplica, type Health, inOrder, WELL } from './replica-choice.ts';

/** One address of a model server's name. */
export interface Replica {
  readonly address: string;
  readonly family: number;
  /** Requests under way. */
  busy: number;
  health: Health;
  /** The name does not have it any more. */
  isGone: boolean;
}

/** The addresses of one name, as they were found a short while ago, and which of them is asked next. */
export class ServerAddresses {
  private replicas: readonly Replica[] = [];
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
  ) {}

  /** Is there a choice? */
  get areSeveral(): boolean {
    return this.replicas.length > 1;
  }

  /** @param avoid it has just failed, and is chosen only where there is no other */
  choose(avoid: Replica | null = null): Replica | null {
    const { replicas } = this;
    const others = avoid === null || replicas.length < 2 ? replicas : replicas.filter((one) => one !== avoid);
    return chooseReplica(others, performance.now(), this.dial.random) ?? null;
  }

  find(address: string | undefined): Replica | null {
    return this.replicas.find((one) => one.address === address) ?? null;
  }

  /** A connection to it could not be set up. */
  missed(address: string): void {
    const replica = this.find(address);
    if (replica) replica.health = afterFailure(replica.health, performance.now());
  }

  /** Looks the name up again when its answer is too old. */
  refresh(now: number): void {
    // Never asked: whoever connects first asks.
    if (this.replicas.length > 0 && now - this.foundAt > this.ttlMs) this.whenFound(() => undefined);
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
      if (this.replicas.length > 0 && performance.now() - this.foundAt <= this.ttlMs) found(null);
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
    const failed = this.replicas.length > 0 ? null : error;
    for (const step of waiting) contain(PROCESS, () => step(failed));
  }

  private use(found: readonly LookupAddress[]): void {
    const before = this.replicas;
    const addresses = new Map(found.map((one) => [one.address, one.family]));
    this.replicas = [...addresses].map(
      ([address, family]) =>
        before.find((one) => one.address === address) ?? {
          ...{ address, family, busy: 0, health: WELL },
          isGone: false,
        },
    );
    const gone = before.filter((one) => !addresses.has(one.address));
    for (const one of gone) one.isGone = true;
    if (gone.length > 0) this.changed();
  }
}
