import { compareOutputs, type Route } from '#libs/traffic';
import type { EvidenceCollector } from './evidence-collector.ts';
import { readAll, type UpstreamPool, type UpstreamRequest } from './upstream.ts';

/** What the caller got, to compare with; `null` when it was too large to keep. */
export interface CallersAnswer {
  readonly status: number;
  readonly body: Buffer;
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
    const comparison = compareOutputs(
      { status: callers.status, body: callers.body.toString('utf8') },
      answer,
      route.outputSpec,
    );
    this.evidence.count(route, 'shadow', { failed: answer.status >= 500, latencyMs, comparison });
  }
}
