import cluster, { type Worker } from 'node:cluster';
import type { Config } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { ClusterRegistry, type Logger, type Shutdown } from '#libs/observe';
import { after, on, once, PROCESS, whenSettled } from '#libs/data-plane';
import type { FromSibling, ToSibling } from './sibling.ts';

const FIRST_PAUSE_MS = 300;
const MOST_PAUSE_MS = 5_000;

/** Where callers and monitors reach the processes of this machine. */
interface Ports {
  readonly port: number;
  readonly adminPort: number;
}

/**
 * Runs several gateway processes behind one port (node:cluster: this process takes the connections and deals
 * them out). Each is a gateway of its own to the api, with its own routes on disk; the arm of a unit is the
 * same in all, as it is a pure function. One that ends is started again.
 */
export class GatewayProcesses {
  private readonly metrics = new ClusterRegistry();
  private readonly slots = new Map<number, Worker>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopping = false;

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** Resolves once all of them are up. */
  async start(): Promise<Ports & { shutdown: Shutdown }> {
    const numbers = Array.from({ length: this.config.gatewayProcesses }, (_, i) => i + 1);
    try {
      const ports = await Promise.all(numbers.map((slot) => this.launch(slot, FIRST_PAUSE_MS)));
      return { ...(ports[0] ?? { port: 0, adminPort: 0 }), shutdown: () => this.stop() };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private launch(slot: number, pauseMs: number): Promise<Ports> {
    const worker = cluster.fork({ GATEWAY_SLOT: String(slot), GATEWAY_ID: this.config.gatewayId });
    this.slots.set(slot, worker);
    return new Promise((resolve, reject) => {
      let up = false;
      on(PROCESS, worker, 'message', (message: FromSibling | ({ kind: 'ready' } & Ports)) => {
        if (message.kind === 'ready') {
          up = true;
          resolve({ port: message.port, adminPort: message.adminPort });
        } else this.take(worker, message);
      });
      once(PROCESS, worker, 'exit', (code: number) => {
        this.slots.delete(slot);
        if (!up)
          reject(
            new DomainError(
              'unavailable',
              'boot_failed',
              'a gateway process did not start; see its error above',
            ),
          );
        if (this.stopping) return;
        this.logger.error({ slot, code }, 'a gateway process ended; starting it again');
        const timer = after(PROCESS, pauseMs, () => {
          this.timers.delete(timer);
          const next = up ? FIRST_PAUSE_MS : Math.min(MOST_PAUSE_MS, pauseMs * 2);
          // What it says of a failed start is in its own log; it is tried again from its exit.
          whenSettled(
            PROCESS,
            this.launch(slot, next),
            () => undefined,
            () => undefined,
          );
        });
        this.timers.add(timer);
      });
    });
  }

  private take(from: Worker, message: FromSibling): void {
    if (message.kind === 'tripped') {
      for (const worker of this.slots.values()) if (worker !== from) tell(worker, message);
    }
    if (message.kind === 'metrics wanted')
      whenSettled(
        PROCESS,
        this.metrics.clusterMetrics(),
        (text) => tell(from, { kind: 'metrics', id: message.id, text }),
        (error) => tell(from, { kind: 'metrics', id: message.id, text: null, error: String(error) }),
      );
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(
      [...this.slots.values()].map(async (worker) => {
        const ended = new Promise<void>((resolve) => once(PROCESS, worker, 'exit', () => resolve()));
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  }
}

function tell(worker: Worker, message: ToSibling): void {
  if (worker.isConnected()) worker.send(message);
}
