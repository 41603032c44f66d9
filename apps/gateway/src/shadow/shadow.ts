import {
  type AnswerSaid,
  answerSaid,
  type ArmSpecs,
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
import { agreesUnread, ReadableOfLate } from './agrees-unread.ts';
import { type AnswerBounds, type ArmOutcome, armOutcome } from '../forward/arm-outcome.ts';
import type { EvidenceCollector, Outcome, Observed } from '#libs/data-plane';
import { observeComparison, observeExchange, observeNotCompared } from '../evidence/observe-exchange.ts';
import { Hold, type MemoryBudget } from '../process/memory-budget.ts';
import type { GatewayMetrics } from '../figures/metrics.ts';
import type { ReadLater } from './read-later.ts';
import type { ReadShare } from './read-share.ts';
import { hasRetryAfter } from '../heads/retry-after.ts';
import { type Reason, reasonOf } from '../forward/reasons.ts';
import type { ClassSegment } from '../request/segments.ts';
import type { SampleKeeper } from '../evidence/sample-keeper.ts';
import type { TextPairKeeper } from '../evidence/text-pair-keeper.ts';
import { AnswerTooLargeError, isOurLimit } from '../upstream/connection/errors.ts';
import { sendForWhole } from '../upstream/send-for-whole.ts';
import type { UpstreamPool } from '../upstream/upstream-pool.ts';
import type { UpstreamRequest } from '../upstream/upstream-request.ts';

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
  /** Is this copy one that is read for gates on outputs? Compared are all. */
  readonly isRead: (route: Route) => boolean;
  /** Told of those that are read. */
  readonly readShare: Pick<ReadShare, 'wasRead'>;
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
const NOT_OBSERVED: Observed = { measures: [], histograms: [] };
/** Answers that wait to be compared, and copies under way that will: more than that cannot be kept up with. */
const MOST_AHEAD = 512;

/** Sends copies of requests to the version in the shadow, after the caller has had its answer. */
export class Shadow {
  private underWay = 0;
  private readonly readable = new ReadableOfLate<Route>();

  constructor(
    private readonly settings: ShadowSettings,
    private readonly pool: UpstreamPool,
    private readonly evidence: EvidenceCollector,
    private readonly samples: { readonly worst: SampleKeeper; readonly pairs: TextPairKeeper },
    private readonly memory: MemoryBudget,
    /** Comparing takes a bounded share of the time; a copy that finds no room is dropped, and counted. */
    private readonly later: ReadLater,
  ) {}

  /** Will another copy be compared? What will not is not sent, and nothing is kept for it. */
  get hasRoom(): boolean {
    return this.underWay < this.settings.concurrency && this.underWay + this.later.waitingPieces < MOST_AHEAD;
  }

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
      (answer, streamFailure) => {
        // A larger answer than is kept is no limit of ours alone: the primary's was kept.
        if (answer instanceof Error && isOurLimit(answer) && !(answer instanceof AnswerTooLargeError))
          return drop();
        over();
        const now = performance.now();
        const failed = streamFailure !== null || answer instanceof Error || answer.status >= 500;
        const outcome = armOutcome(call.clock, failed, bounds, now) ?? {
          ...{ failed, latencyMs: call.clock.answerMs(now), ttftMs: undefined, interTokenMs: undefined },
        };
        // No connection, a time-out, or an answer without end.
        const theirs =
          answer instanceof Error
            ? NO_ANSWER
            : callers.answer.beside(answer.status, answer.body, answer.headers);
        const late = outcome.failed ? 'timeout' : null;
        const theirOwn = streamFailure ?? (failed ? null : late);
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
    const isObserved = this.settings.isRead(route);
    const unread = isObserved ? null : this.comparedUnread(route, primary, answer, specs);
    const comparison =
      unread ??
      compareOutputs(primary, answer, specs, { editDistance: route.reading?.editDistance === true });
    if (unread === null && primary.status < 400)
      this.readable.note(route, comparison.outcome !== 'incomparable');
    if (comparison.outcome === 'disagree' && comparison.unreadable !== undefined)
      this.settings.onUnreadable(route.model, notReadWords(comparison.unreadable));
    const said = unread ? saidWell(answer) : answerSaid(answer, 'shadow', specs, saysRetryLater);
    const primarySaid = unread ? saidWell(primary) : answerSaid(primary, 'primary', specs, false);
    const failure = reason ?? failureBeside(said, primarySaid);
    const { unitGroup, unitHash, segments } = callers;
    const outcome: Outcome = {
      ...{ failed: failure !== null, reason: failure ?? undefined, latencyMs, ttftMs, interTokenMs },
      ...{ unitGroup, unitHash, segments, comparison: comparison.outcome, trace: request.trace?.requestName },
      rows: comparison.rows,
    };
    this.evidence.count(route, 'shadow', outcome);
    if (failure === null) this.settings.metrics.streamed(route.model, 'shadow', ttftMs, interTokenMs);
    for (const one of this.settings.classesOf(route, comparison))
      this.evidence.countAlso(route, 'shadow', one.segment, {
        ...outcome,
        comparison: one.outcome,
        rows: one.rows,
      });
    const sent =
      request.body.kind === 'whole' ? new Payload(request.body.bytes, callers.requestHeaders) : null;
    const observed = isObserved
      ? observeExchange(route, 'shadow', sent, answer.status >= 400 ? null : answer, streamMs)
      : NOT_OBSERVED;
    if (isObserved) {
      this.settings.readShare.wasRead(route, 'shadow', callers.bytes);
      this.settings.metrics.wasRead(route.model, 'shadow', observed);
    }
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

  /** The very same bytes agree; whether a spec reads them need not be asked where it has read all of late (ADR 45). */
  private comparedUnread(
    route: Route,
    primary: ModelAnswer,
    answer: ModelAnswer,
    specs: ArmSpecs,
  ): Comparison | null {
    const isSame = answer.payload === primary.payload && answer.status === primary.status;
    return isSame && answer.status < 400 && this.readable.isAlways(route) ? agreesUnread(specs) : null;
  }
}

const saidWell = ({ status }: ModelAnswer): AnswerSaid => ({
  status,
  saysRetryLater: false,
  isReadable: true,
  isEmpty: false,
});
