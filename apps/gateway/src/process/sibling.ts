import cluster from 'node:cluster';
import { on, PROCESS } from '#libs/data-plane';
import { ClusterRegistry, type Metrics, type Registry } from '#libs/observe';

/** A candidate that one process of a machine has stopped sending callers to. */
export interface TripKey {
  readonly rolloutId: string;
  readonly version: number;
  /** For so long. */
  readonly pauseMs: number;
}

export type FromSibling =
  ({ readonly kind: 'tripped' } & TripKey) | { readonly kind: 'metrics wanted'; readonly id: number };
export type ToSibling =
  | ({ readonly kind: 'tripped' } & TripKey)
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string | null; readonly error?: string };

/** What a gateway process says to the others on this machine, and hears of them. Alone, it speaks to nobody. */
export class Siblings {
  private readonly wanted = new Map<number, (message: ToSibling & { kind: 'metrics' }) => void>();
  private count = 0;

  constructor(onTripped: (trip: TripKey) => void) {
    if (!cluster.isWorker) return;
    on(PROCESS, process, 'message', (message: ToSibling) => {
      if (message.kind === 'tripped') onTripped(message);
      if (message.kind === 'metrics') {
        this.wanted.get(message.id)?.(message);
        this.wanted.delete(message.id);
      }
    });
  }

  tripped(trip: TripKey): void {
    const { rolloutId, version, pauseMs } = trip;
    if (cluster.isWorker)
      process.send?.({ kind: 'tripped', rolloutId, version, pauseMs } satisfies FromSibling);
  }

  /** The metrics of all processes of this machine, added up; whichever process is asked. */
  metricsOf(own: Registry): Metrics {
    if (!cluster.isWorker) return own;
    ClusterRegistry.setRegistries(own);
    // Made for its listener: it answers when the first process collects.
    new ClusterRegistry();
    return { contentType: own.contentType, metrics: () => this.collect() };
  }

  private collect(): Promise<string> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.wanted.set(id, ({ text, error }) => (text === null ? reject(new Error(error)) : resolve(text)));
      process.send?.({ kind: 'metrics wanted', id } satisfies FromSibling);
    });
  }
}
