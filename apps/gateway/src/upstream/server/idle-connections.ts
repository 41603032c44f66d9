import type { Replica } from '../replicas/server-addresses.ts';
import type { Connection } from '../connection/connection.ts';

/** Connections that wait for their next request: who was used last is used first. */
export class IdleConnections {
  private readonly all: Connection[] = [];

  get size(): number {
    return this.all.length;
  }

  add(connection: Connection): void {
    this.all.push(connection);
  }

  /** @returns whether it was one of them */
  remove(connection: Connection): boolean {
    const at = this.all.indexOf(connection);
    if (at >= 0) this.all.splice(at, 1);
    return at >= 0;
  }

  /** @param replica only one that goes there; `null`: any */
  take(replica: Replica | null = null): Connection | undefined {
    const { all } = this;
    const at = replica === null ? all.length - 1 : all.findLastIndex((one) => one.replica === replica);
    const connection = at === all.length - 1 ? all.pop() : at < 0 ? undefined : all.splice(at, 1)[0];
    if (connection) connection.wasIdle = true;
    return connection;
  }

  /** The last one, taken out to be closed. */
  pop(): Connection | undefined {
    return this.all.pop();
  }

  find(which: (one: Connection) => boolean): Connection | undefined {
    return this.all.find(which);
  }

  filter(which: (one: Connection) => boolean): readonly Connection[] {
    return this.all.filter(which);
  }
}
