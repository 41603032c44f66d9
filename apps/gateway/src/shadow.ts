import {
  answerSaid,
  compareOutputs,
  failureBeside,
  type Comparison,
  type HeaderList,
  ModelAnswer,
  notReadWords,
  Payload,
  specsOf,
  type Route,
} from '#libs/traffic';
import { type AnswerBounds, type ArmOutcome, armOutcome } from './arm-outcome.ts';
import type { EvidenceCollector, Outcome } from './evidence-collector.ts';
import { observeComparison, observeExchange, observeNotCompared } from './observe-exchange.ts';
import { Hold, type MemoryBudget } from './memory-budget.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { ReadLater } from './read-later.ts';
import { hasRetryAfter } from './heads/retry-after.ts';
import { type Reason, reasonOf } from './reasons.ts';
import type { ClassSegment } from './segments.ts';
import type { SampleKeeper } from './sample-keeper.ts';
import type { TextPairKeeper } from './text-pair-keeper.ts';
import { AnswerTooLargeError, isOurLimit } from './upstream/errors.ts';
import { sendForWhole } from './upstream/send-for-whole.ts';
import type { UpstreamPool } from './upstream/upstream-pool.ts';
import type { UpstreamRequest } from './upstream/upstream-request.ts';

/** What the caller got, to compare with. */
export interface CallersAnswer {
  readonly answer: ModelAnswer;
  /** The request's, by which its bytes are read. */
  readonly requestHeaders: HeaderList;
  /** Of the answer. */
  readonly bytes: number;
  readonly requestId: string;
  readonly unitGroup: number;
  readonly unitHash?: number;
  readonly segments: readonly string[];
}

export interface ShadowSettings {
  /** Copies under way at once; what comes on top is dropped and counted. */
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly bounds: AnswerBounds;
  /** The segments of the classes that the primary's answer names, for the gates that ask for them. */
  readonly classesOf: (route: Route, comparison: Comparison) => readonly ClassSegment[];
  /** Counts an output that is no JSON, or beyond the bounds. */
  readonly onUnreadable: (model: string, why: string) => void;
  /** Counts what answers say of themselves, and when the events of streams came. */
  readonly metrics: Pick<GatewayMetrics, 'wasRead' | 'streamed'>;
}

/** What is known of a copy beside its answer. */
interface Seen extends ArmOutcome {
  /** Why there is no answer, or none in time. */
  readonly reason: Reason | null;
  readonly saysRetryLater: boolean;
  /** Of a stream: from its first event to its last. */
  readonly streamMs: number | null;
}

const NO_ANSWER = new ModelAnswer(599, '');

/** Sends copies of requests to the version in the shadow, after the caller has had its answer. */
export class Shadow {
  private underWay = 0;

  constructor(
    private readonly settings: ShadowSettings,
    private readonly pool: UpstreamPool,
    private readonly evidence: EvidenceCollector,
    private readonly samples: { readonly worst: SampleKeeper; readonly pairs: TextPairKeeper },
    private readonly memory: MemoryBudget,
    /** Comparing takes a bounded share of the time; a copy that finds no room is dropped, and counted. */
    private readonly later: ReadLater,
  ) {}

  /** Never throws and never waits: the caller is gone already. */
  mirror(route: Route, request: UpstreamRequest, callers: CallersAnswer): void {
    const hold = new Hold(this.memory, this.memory.shareOf(route.model));
    const sentBytes = request.body.kind === 'whole' ? request.body.bytes.length : 0;
    if (this.underWay >= this.settings.concurrency || !hold.take(callers.bytes + sentBytes)) {
      hold.release();
      this.evidence.drop(route);
      return;
    }
    this.underWay++;
    let answered = false;
    const over = (): void => {
      if (!answered) this.underWay--;
      answered = true;
    };
    const drop = (): void => {
      over();
      hold.release();
      this.evidence.drop(route);
    };
    const { maxBytes, bounds } = this.settings;
    const limits = { maxBytes, timeoutMs: bounds.answerMs, hold };
    const call = sendForWhole(
      this.pool,
      request,
      limits,
      { place: 'shadow', endBy: drop },
      (answer, isError) => {
        // A larger answer than is kept is no limit of ours alone: the primary's was kept.
        if (answer instanceof Error && isOurLimit(answer) && !(answer instanceof AnswerTooLargeError))
          return drop();
        over();
        const now = performance.now();
        const failed = isError || answer instanceof Error || answer.status >= 500;
        const outcome = armOutcome(call.clock, failed, bounds, now) ?? {
          ...{ failed, latencyMs: call.clock.answerMs(now), ttftMs: undefined, interTokenMs: undefined },
        };
        // No connection, a time-out, or an answer without end.
        const theirs =
          answer instanceof Error
            ? NO_ANSWER
            : callers.answer.beside(answer.status, answer.body, answer.headers);
        const late = outcome.failed ? 'timeout' : null;
        const theirOwn = isError ? 'error_event' : failed ? null : late;
        const reason = answer instanceof Error ? reasonOf(answer) : theirOwn;
        const saysRetryLater = !(answer instanceof Error) && hasRetryAfter(answer.headers);
        const seen = { ...outcome, reason, saysRetryLater, streamMs: call.clock.partsMs };
        const taken = this.later.add(() => this.compare(route, request, callers, theirs, seen), hold);
        if (!taken) this.evidence.drop(route);
      },
    );
  }

  private compare(
    route: Route,
    request: UpstreamRequest,
    callers: CallersAnswer,
    answer: ModelAnswer,
    { reason, saysRetryLater, latencyMs, ttftMs, interTokenMs, streamMs }: Seen,
  ): void {
    const { answer: primary } = callers;
    const specs = specsOf(route);
    const comparison = compareOutputs(primary, answer, specs, {
      editDistance: route.reading?.editDistance === true,
    });
    if (comparison.outcome === 'disagree' && comparison.unreadable !== undefined)
      this.settings.onUnreadable(route.model, notReadWords(comparison.unreadable));
    const said = answerSaid(answer, 'shadow', specs, saysRetryLater);
    const primarySaid = answerSaid(primary, 'primary', specs, false);
    const failure = reason ?? failureBeside(said, primarySaid);
    const { unitGroup, unitHash, segments } = callers;
    const outcome: Outcome = {
      ...{ failed: failure !== null, reason: failure ?? undefined, latencyMs, ttftMs, interTokenMs },
      ...{ unitGroup, unitHash, segments, comparison: comparison.outcome, trace: request.trace?.requestName },
    };
    this.evidence.count(route, 'shadow', outcome);
    if (failure === null) this.settings.metrics.streamed(route.model, 'shadow', ttftMs, interTokenMs);
    for (const one of this.settings.classesOf(route, comparison))
      this.evidence.countAlso(route, 'shadow', one.segment, { ...outcome, comparison: one.outcome });
    const sent =
      request.body.kind === 'whole' ? new Payload(request.body.bytes, callers.requestHeaders) : null;
    const observed = observeExchange(route, 'shadow', sent, answer.status >= 400 ? null : answer, streamMs);
    this.settings.metrics.wasRead(route.model, 'shadow', observed);
    // By the same rule the other way round, so that two servers that refuse at random are never told apart.
    const primaryFailed = failureBeside(primarySaid, said) !== null;
    const compared = observeComparison(comparison, { candidate: failure !== null, primary: primaryFailed });
    const measures = [...observed.measures, ...compared];
    this.evidence.observe(route, 'shadow', segments, { ...observed, measures }, unitGroup);
    const notCompared = observeNotCompared(route, comparison);
    if (notCompared) this.evidence.observe(route, notCompared.arm, segments, notCompared.observed);
    this.samples.pairs.offer(route, {
      requestId: callers.requestId,
      request: sent,
      primary,
      candidate: answer,
    });
    if (comparison.outcome === 'disagree')
      this.samples.worst.offer(route, {
        requestId: callers.requestId,
        request: sent,
        primary: { status: primary.status, body: primary.payload },
        candidate: { status: answer.status, body: answer.payload },
        ...(comparison.rankCorrelation === undefined ? {} : { rankCorrelation: comparison.rankCorrelation }),
        ...(comparison.scoreDelta === undefined ? {} : { scoreDelta: comparison.scoreDelta }),
      });
  }
}
