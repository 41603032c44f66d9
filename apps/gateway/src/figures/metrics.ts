import { Counter, Gauge, type Registry } from '#libs/observe';
import { faults, type Observed, type RouteTable } from '#libs/data-plane';
import { GenAiMetrics } from './gen-ai-metrics.ts';
import { LabelledCounts, registerHistogram, TimeBuckets } from './plain-metrics.ts';
import type { Reason } from '../forward/reasons.ts';

type Arm = 'primary' | 'candidate';

/** What a gateway leaves out to spare its callers, so far; and how old its routes are. */
export interface Losses {
  readonly routesAgeMs: () => number;
  readonly unread: () => number;
  readonly lostRequests: () => number;
  readonly droppedCopies: () => number;
  readonly droppedIds: () => number;
  /** Entries that the api did not take, by list and how. */
  readonly refusals: LabelledCounts;
}

/** What a gateway counts for Prometheus, by the usual names: `_total` for counts, `_seconds` for time. */
export class GatewayMetrics {
  private readonly answers = new LabelledCounts(['model', 'arm', 'status']);
  private readonly fallbacks = new LabelledCounts(['model', 'reason']);
  private readonly uncopied = new LabelledCounts(['model']);
  private readonly overLimits = new LabelledCounts(['model', 'arm']);
  private readonly unreadables = new LabelledCounts(['model', 'arm', 'why']);
  private readonly times = new TimeBuckets();
  private readonly genAi = new GenAiMetrics();

  constructor(
    readonly registry: Registry,
    routes: RouteTable,
    losses: Losses,
  ) {
    const registers = [registry];
    new Gauge({
      name: 'understudy_gateway_route_revision',
      help: 'The route revision that this gateway serves by',
      labelNames: ['model'],
      registers,
      aggregator: 'min',
      collect() {
        for (const route of routes.all()) this.set({ model: route.model }, route.revision);
      },
    });
    new Gauge({
      name: 'understudy_gateway_routes_age_seconds',
      help: 'Time since the routes of this gateway were last known to be those of the database',
      registers,
      aggregator: 'max',
      collect() {
        this.set(losses.routesAgeMs() / 1_000);
      },
    });
    this.answers.register(registry, 'understudy_gateway_requests_total', 'Answers to callers');
    this.fallbacks.register(
      registry,
      'understudy_gateway_fallbacks_total',
      'Requests of the candidate that the primary answered',
    );
    this.uncopied.register(
      registry,
      'understudy_gateway_uncopied_requests_total',
      'Requests too large to be held, passed through to the primary without a copy',
    );
    this.overLimits.register(
      registry,
      'understudy_gateway_over_limit_total',
      'Requests that found as many under way to their model server as the gateway allows',
    );
    this.unreadables.register(
      registry,
      'understudy_gateway_unreadable_outputs_total',
      'Outputs that are no JSON, or deeper (64 levels) or larger than is read: failures of the version',
    );
    counter(
      registry,
      'understudy_gateway_unread_answers_total',
      'Answers not read for evidence, to spare callers',
      losses.unread,
    );
    counter(
      registry,
      'understudy_gateway_evidence_lost_requests_total',
      'Requests whose evidence the api refused for good, or that found no room while it was away',
      losses.lostRequests,
    );
    counter(
      registry,
      'understudy_gateway_request_ids_dropped_total',
      'Request ids that were not noted, for want of room: feedback on these is by receipt or unit only',
      losses.droppedIds,
    );
    losses.refusals.register(
      registry,
      'understudy_gateway_evidence_refused_total',
      'Entries that the api did not take: by itself, or with its whole batch',
    );
    counter(
      registry,
      'understudy_gateway_shadow_dropped_total',
      'Copies that were not sent to the shadow, or not compared, to spare callers',
      losses.droppedCopies,
    );
    new Counter({
      name: 'understudy_gateway_faults_total',
      help: 'Callbacks that threw, by what they ended: an exchange or a connection, never the process',
      labelNames: ['place'],
      registers,
      collect() {
        this.reset();
        for (const [place, count] of faults.entries()) this.inc({ place }, count);
      },
    });
    registerHistogram(
      registry,
      'understudy_gateway_upstream_seconds',
      "From the request, on a connection that is set up, to the last byte of the primary's answer",
      () => this.times.values('primary'),
    );
    this.genAi.register(registry);
  }

  answered(model: string, arm: Arm, status: number): void {
    this.answers.add(model, arm, String(status));
  }

  /** Seconds from the request to the last byte of the primary's answer. */
  took(model: string, seconds: number): void {
    this.times.add(model, seconds);
  }

  /** An answer has been read for the gates of a rollout. */
  wasRead(model: string, arm: Arm | 'shadow', { measures }: Observed): void {
    this.genAi.wasRead(model, arm, measures);
  }

  /** An answer that has not failed; `undefined`: it was no stream, or not of two events. Milliseconds. */
  streamed(model: string, arm: Arm | 'shadow', ttftMs?: number, interTokenMs?: number): void {
    this.genAi.streamed(model, arm, ttftMs, interTokenMs);
  }

  /** The primary answered a request of the candidate; why. */
  fellBack(model: string, reason: Reason): void {
    this.fallbacks.add(model, reason);
  }

  /** A request too large to be held was passed through: no copy of it, and to the primary only. */
  tooLargeToCopy(model: string): void {
    this.uncopied.add(model);
  }

  /** @param why in words (`notReadWords`) */
  unreadable(model: string, arm: Arm | 'shadow', why: string): void {
    this.unreadables.add(model, arm, why);
  }

  /** A request found as many under way to its model server as the gateway allows. */
  overLimit(model: string, arm: Arm): void {
    this.overLimits.add(model, arm);
  }
}

function counter(registry: Registry, name: string, help: string, value: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}
