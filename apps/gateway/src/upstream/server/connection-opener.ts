import type { Carried } from '../replicas/carried.ts';
import { WELL } from '../replicas/replica-choice.ts';
import type { Replicas } from '../replicas/replicas.ts';
import type { Replica, ServerAddresses } from '../replicas/server-addresses.ts';
import type { Origin } from '../origin.ts';
import type { UpstreamLimits } from '../upstream-request.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionOwner } from '../connection/connection-owner.ts';
import type { Dial } from '../connection/dial.ts';

const KEEP_IDLE_MS = 4_000;
/** Connections of one moment end at different ones: their ages differ by that share. */
const AGES_APART = 0.2;

/** Sets up connections to the replicas of one model server, and says which of its addresses each one goes to. */
export class ConnectionOpener {
  constructor(
    private readonly origins: readonly Origin[],
    private readonly replicas: Replicas,
    private readonly carried: Carried,
    private readonly limits: UpstreamLimits,
    private readonly dial: Dial,
  ) {}

  /** @param replica the address that is tried first; `null`: any */
  open(
    replica: Replica | null,
    owner: Pick<ConnectionOwner<Connection>, 'idle' | 'gone' | 'isContested'>,
  ): Connection {
    const place = this.replicas.of(replica ?? { place: 0 });
    const at = replica?.place ?? 0;
    const { answerHeadBytes } = this.limits;
    const connection: Connection = new Connection(
      this.origins[at] as Origin,
      {
        ...owner,
        reached: (one, address) => this.carried.assign(one, place.find(address) ?? one.replica),
        connected: (one) => {
          if (one.replica) one.replica.health = WELL;
        },
        missed: (_, address) => place.missed(address),
      },
      { keepIdleMs: KEEP_IDLE_MS, answerHeadBytes, until: this.lastMoment() },
      { ...this.dial, lookup: place.lookupFor(() => this.foundFor(connection, place)) },
    );
    connection.at = at;
    connection.replica = replica;
    return connection;
  }

  /** On the process's clock: it takes no further request after that. */
  private lastMoment(): number {
    const { maxAgeMs } = this.limits;
    if (maxAgeMs === 0) return Infinity;
    return performance.now() + maxAgeMs * (1 - AGES_APART / 2 + AGES_APART * this.dial.random());
  }

  /** Of the addresses that its name has now, the one that it goes to. */
  private foundFor(connection: Connection, place: ServerAddresses): Replica | null {
    const { replica } = connection;
    if (replica === null || replica.isGone || replica.address === '')
      this.carried.assign(connection, place.choose());
    return connection.replica;
  }
}
