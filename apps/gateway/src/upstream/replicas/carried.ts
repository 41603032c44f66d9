import type { Replica } from './server-addresses.ts';

/** How many connections carry requests of one model. */
export interface Load {
  requests: number;
}

/** What is noted at a connection. */
export interface Carrier {
  /** Of the model whose request it carries; `null`: it carries none. */
  load: Load | null;
  /** Which of the server's addresses it goes to; `null`: not known yet, or there is no name. */
  replica: Replica | null;
}

/**
 * So many connections (a sixteenth, at least one) a model always gets, also where the requests of others take all that
 * there are: models that share a model server wait for their own requests, never for others' that hang or are not read.
 */
const SHARE_OF_EACH = 1 / 16;
/** Which connections to one model server carry requests: counted by model, and by the address that they go to. */
export class Carried {
  /** Of models that are served, so no more than there are. */
  private readonly loads = new Map<string, Load>();
  private readonly ofEach: number;

  /** @param connections to the model server, at most */
  constructor(connections: number) {
    this.ofEach = Math.max(1, Math.floor(connections * SHARE_OF_EACH));
  }

  /** Has a model all connections that it always gets? */
  hasItsOwn(model: string): boolean {
    return (this.loads.get(model)?.requests ?? 0) >= this.ofEach;
  }

  begin(connection: Carrier, model: string): void {
    let load = this.loads.get(model);
    if (load === undefined) this.loads.set(model, (load = { requests: 0 }));
    load.requests++;
    connection.load = load;
    if (connection.replica !== null) connection.replica.busy++;
  }

  end(connection: Carrier): void {
    const { load } = connection;
    if (load === null) return;
    connection.load = null;
    load.requests--;
    if (connection.replica !== null) connection.replica.busy--;
  }

  /** It goes to this address, which was not known, or another one, when its request was given to it. */
  assign(connection: Carrier, replica: Replica | null): void {
    if (connection.load !== null) {
      if (connection.replica !== null) connection.replica.busy--;
      if (replica !== null) replica.busy++;
    }
    connection.replica = replica;
  }
}
