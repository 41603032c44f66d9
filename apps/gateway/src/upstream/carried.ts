import type { Connection } from './connection.ts';
import type { Replica } from './server-addresses.ts';

/** Which connections to one model server carry requests: counted by model, and by the address that they go to. */
export class Carried {
  private readonly models = new Map<Connection, string>();
  private readonly counts = new Map<string, number>();

  /** Of one model. */
  of(model: string): number {
    return this.counts.get(model) ?? 0;
  }

  begin(connection: Connection, model: string): void {
    this.models.set(connection, model);
    this.counts.set(model, this.of(model) + 1);
    if (connection.replica !== null) connection.replica.busy++;
  }

  end(connection: Connection): void {
    const model = this.models.get(connection);
    if (model === undefined) return;
    this.models.delete(connection);
    const left = this.of(model) - 1;
    if (left > 0) this.counts.set(model, left);
    else this.counts.delete(model);
    if (connection.replica !== null) connection.replica.busy--;
  }

  /** It goes to this address, which was not known, or another one, when its request was given to it. */
  assign(connection: Connection, replica: Replica | null): void {
    if (this.models.has(connection)) {
      if (connection.replica !== null) connection.replica.busy--;
      if (replica !== null) replica.busy++;
    }
    connection.replica = replica;
  }
}
