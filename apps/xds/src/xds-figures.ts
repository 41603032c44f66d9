import type { ResourceKind } from '#libs/envoy-config';
import { Counter, Gauge, type Registry } from '#libs/observe';
import type { EvidenceCollector } from '#libs/data-plane';
import type { Envoys } from './envoys.ts';
import type { LogGaps } from './logs/log-gaps.ts';

/** What is counted elsewhere. */
interface Counted {
  readonly envoys: Pick<Envoys, 'all' | 'limits'>;
  readonly evidence: Pick<EvidenceCollector, 'lost'>;
  readonly gaps: Pick<LogGaps, 'missing'>;
}

/** What the xDS server counts. */
export class XdsFigures {
  private readonly taken_: Counter<'node' | 'of'>;
  private readonly refused_: Counter<'node' | 'of'>;

  private readonly logged_: Counter<'node'>;
  /** Entries that the api did not take. */
  readonly refusals: { add(list: string, how: string): void };

  constructor(registry: Registry, { envoys, evidence, gaps }: Counted) {
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
        this.set(envoys.all().length);
      },
    });
    this.logged_ = new Counter({
      name: 'understudy_xds_logged_total',
      help: 'Lines that Envoys have logged here: requests that count for a rollout, and attempts that have failed.',
      labelNames: ['node'],
      registers,
    });
    new Gauge({
      name: 'understudy_xds_logs_missing',
      help: 'Requests that count whose line has not come since this server was started, though thousands of later ones were begun: lost, logged elsewhere, or still under way.',
      registers,
      collect() {
        this.set(gaps.missing);
      },
    });
    new Gauge({
      name: 'understudy_xds_evidence_lost_requests',
      help: 'Requests whose evidence the api refused for good, or that found no room while it was away.',
      registers,
      collect() {
        this.set(evidence.lost);
      },
    });
    const refused = new Counter({
      name: 'understudy_xds_evidence_refused_total',
      help: 'Entries that the api did not take: by itself, or with its whole batch.',
      labelNames: ['list', 'how'],
      registers,
    });
    this.refusals = { add: (list, how) => refused.inc({ list, how }) };
    const limits: Gauge<'model' | 'of' | 'why'> = new Gauge({
      name: 'understudy_xds_limits',
      help: 'What Envoy cannot do for the present route of a model: 1. Its callers go to the primary, or (of="primary") get 503.',
      labelNames: ['model', 'of', 'why'],
      registers,
      collect() {
        limits.reset();
        for (const { model, limit } of envoys.limits()) limits.set({ model, ...limit }, 1);
      },
    });
  }

  taken(node: string, of: ResourceKind): void {
    this.taken_.inc({ node, of });
  }

  logged(node: string, lines: number): void {
    this.logged_.inc({ node }, lines);
  }

  refused(node: string, of: ResourceKind): void {
    this.refused_.inc({ node, of });
  }
}
