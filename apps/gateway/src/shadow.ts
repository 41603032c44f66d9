import { compareOutputs, type Route } from '#libs/traffic';
import type { EvidenceCollector } from './evidence-collector.ts';
import { observeComparison, observeExchange } from './observe-exchange.ts';
import type { SampleKeeper } from './sample-keeper.ts';
import { readAll, type UpstreamPool, type UpstreamRequest } from './upstream.ts';

/** What the caller got, to compare with. */
export interface CallersAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly requestId: string;
  readonly unitGroup: number;
  readonly segments: readonly string[];
}

export interface ShadowSettings {
  /** Copies under way at once; what comes on top is dropped and counted. */
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Sends copies of requests to the version in the shadow, after the caller has had its answer. */
export class Shadow {
  private underWay = 0;

  constructor(
    private readonly settings: ShadowSettings,
    private readonly pool: UpstreamPool,
    private readonly evidence: EvidenceCollector,
    private readonly samples: SampleKeeper,
  ) {}

  /** Never throws and never waits: the caller is gone already. */
  mirror(route: Route, request: UpstreamRequest, callers: CallersAnswer): void {
    if (this.underWay >= this.settings.concurrency) {
      this.evidence.drop(route);
      return;
    }
    this.underWay++;
    void this.send(route, request, callers).finally(() => this.underWay--);
  }

  private async send(route: Route, request: UpstreamRequest, callers: CallersAnswer): Promise<void> {
    const startedAt = performance.now();
    let answer: { status: number; body: string };
    try {
      const response = await this.pool.send(request, AbortSignal.timeout(this.settings.timeoutMs));
      answer = {
        status: response.status,
        body: (await readAll(response.body, this.settings.maxBytes)).toString('utf8'),
      };
    } catch {
      answer = { status: 599, body: '' }; // no connection, a time-out, or an answer without end
    }
    const latencyMs = performance.now() - startedAt;
    const primary = { status: callers.status, body: callers.body.toString('utf8') };
    const comparison = compareOutputs(primary, answer, route.outputSpec);
    const failed = answer.status >= 500;
    const { unitGroup, segments } = callers;
    this.evidence.count(route, 'shadow', {
      failed,
      latencyMs,
      comparison: comparison.outcome,
      unitGroup,
      segments,
    });
    const sent = request.body.kind === 'whole' ? request.body.bytes : null;
    const observed = observeExchange(route, sent, failed ? null : answer.body);
    const compared = observeComparison(comparison, callers.status >= 500);
    this.evidence.observe(route, 'shadow', segments, {
      ...observed,
      measures: [...observed.measures, ...compared],
    });
    if (comparison.outcome === 'disagree')
      this.samples.offer(route, {
        requestId: callers.requestId,
        request: sent?.toString('utf8') ?? '',
        primary,
        candidate: answer,
        ...(comparison.rankCorrelation === undefined ? {} : { rankCorrelation: comparison.rankCorrelation }),
        ...(comparison.scoreDelta === undefined ? {} : { scoreDelta: comparison.scoreDelta }),
      });
  }
}
