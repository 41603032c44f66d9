import { Counter, Gauge, type Registry } from '#libs/observe';
import type { Standing } from './standing.ts';

/** What a Kubernetes router counts. */
export class RouterFigures {
  private readonly written_: Counter<'how'>;
  private readonly foreign_: Counter;

  /** @param standings how the models stand whose callers come by them */
  constructor(
    registry: Registry,
    standings: () => readonly Standing['kind'][],
    whyAway: () => string | null,
  ) {
    const registers = [registry];
    this.written_ = new Counter({
      name: 'understudy_router_writes_total',
      help: 'Changes of HTTPRoutes and GRPCRoutes: taken (ok), too late and compared anew (conflict), or not taken (refused).',
      labelNames: ['how'],
      registers,
    });
    this.foreign_ = new Counter({
      name: 'understudy_router_foreign_edits_total',
      help: 'Changes of our rules by others that were taken back.',
      registers,
    });
    const models: Gauge<'standing'> = new Gauge({
      name: 'understudy_router_models',
      help: 'Models whose callers come by HTTPRoutes or GRPCRoutes, by how these stand: serves, underWay, stuck.',
      labelNames: ['standing'],
      registers,
      collect() {
        models.reset();
        for (const standing of standings()) models.inc({ standing });
      },
    });
    new Gauge({
      name: 'understudy_router_away',
      help: '1: the API server cannot be asked, and nothing is known of the cluster.',
      registers,
      collect() {
        this.set(whyAway() === null ? 0 : 1);
      },
    });
  }

  written(how: 'ok' | 'conflict' | 'refused'): void {
    this.written_.inc({ how });
  }

  foreign(): void {
    this.foreign_.inc();
  }
}
