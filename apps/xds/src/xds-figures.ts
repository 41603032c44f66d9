import type { ResourceKind } from '#libs/envoy-config';
import { Counter, Gauge, type Registry } from '#libs/observe';
import type { Envoys } from './envoys.ts';

/** What the xDS server counts. */
export class XdsFigures {
  private readonly taken_: Counter<'node' | 'of'>;
  private readonly refused_: Counter<'node' | 'of'>;

  constructor(registry: Registry, envoys: () => Envoys) {
    const registers = [registry];
    this.taken_ = new Counter({
      name: 'understudy_xds_taken_total',
      help: 'Messages of configuration that an Envoy has taken (ACK), by kind of resource.',
      labelNames: ['node', 'of'],
      registers,
    });
    this.refused_ = new Counter({
      name: 'understudy_xds_refused_total',
      help: 'Messages of configuration that an Envoy has refused (NACK): it goes on by the last one that it has taken.',
      labelNames: ['node', 'of'],
      registers,
    });
    new Gauge({
      name: 'understudy_xds_envoys',
      help: 'Envoys that are connected.',
      registers,
      collect() {
        this.set(envoys().all().length);
      },
    });
    const limits: Gauge<'model' | 'of' | 'why'> = new Gauge({
      name: 'understudy_xds_limits',
      help: 'What Envoy cannot do for the present route of a model: 1. Its callers go to the primary, or (of="primary") get 503.',
      labelNames: ['model', 'of', 'why'],
      registers,
      collect() {
        limits.reset();
        for (const { model, limit } of envoys().limits()) limits.set({ model, ...limit }, 1);
      },
    });
  }

  taken(node: string, of: ResourceKind): void {
    this.taken_.inc({ node, of });
  }

  refused(node: string, of: ResourceKind): void {
    this.refused_.inc({ node, of });
  }
}
