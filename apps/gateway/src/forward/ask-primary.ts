import { isMirrored, isOutright, ModelAnswer, wrongWith } from '#libs/traffic';
import { Ahead } from './ahead.ts';
import { armOutcome } from './arm-outcome.ts';
import { broken, linesFor, upstreamFailed } from './answer-caller.ts';
import { type Exchange, toUpstream } from './exchange.ts';
import { Gathered } from '../request/gathered.ts';
import { passedAnswer, passedTrailers } from '../heads/head-lines.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, countAbandoned, noteCandidate } from '../evidence/count-evidence.ts';
import { hasRetryAfter } from '../heads/retry-after.ts';
import { wantsReading } from '../evidence/observe-exchange.ts';
import { isRead, leftUnread, mayKeepRead, readLater, saidBy } from '../shadow/read-answer.ts';
import { type Reason, reasonOf } from './reasons.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';
import { inWords, isOurLimit, OverLimitError } from '../upstream/connection/errors.ts';
import { StreamWatch } from '../upstream/stream-watch.ts';

/** Whose the answer of the primary is, and so what it says about anybody. */
export type Why = 'own' | 'candidate failed' | 'candidate too large' | 'stands in';

/**
 * The primary's answer goes on as it comes.
 * @param tooLarge told when the candidate's answer is larger than what is kept, and the primary's is not
 * @param ended told once: with the status of a good answer, or `null`
 */
export function askPrimary(
  parts: ProxyParts,
  exchange: Exchange,
  why: Why,
  tooLarge?: () => void,
  ended?: (status: number | null) => void,
): void {
  const { route, response } = exchange;
  const counted = why === 'own' && exchange.isJudged;
  const judged = counted && route.rolloutId !== null;
  const copied = why === 'own' && exchange.isPrediction && isMirrored(route, exchange.requestId);
  const mirrored = copied && counted && exchange.isRepeatable && parts.shadow.hasRoom;
  if (copied && !mirrored) parts.evidence.drop(route);
  const read = counted && isRead(parts, route, 'primary');
  // Without a second opinion, whether an answer can be read is known of each.
  const isReadAtOnce = counted && !exchange.isRepeatable && wantsReading(route);
  let kept: Gathered | null = mirrored || read || isReadAtOnce ? new Gathered(exchange.hold) : null;
  const { maxBufferedBytes } = parts.settings;
  const ahead = judged ? new Ahead(exchange.hold, maxBufferedBytes) : new Ahead(exchange.hold);
  let status = 0;
  let answerHeaders: readonly string[] = [];
  let saysRetryLater = false;
  let stream: StreamWatch | null = null;
  /** Takes memory for all that a candidate would take it for: of a stream nothing. @returns whether there was room */
  const hasRoom = (bytes: Buffer): boolean => {
    if (kept ? kept.add(bytes) : !judged || stream || exchange.hold.take(bytes.buffer.byteLength))
      return true;
    kept = null;
    if (!stream) call.clock.limited(performance.now());
    return false;
  };
  const judgeCandidate = (failed: boolean, clock: AnswerClock): void => {
    // An answer that is as late as the candidate's says nothing against the candidate.
    const isGood = !isFailure(parts, failed, clock);
    const isLarger = why === 'candidate too large' && isGood && clock.limitMs === null;
    if (isLarger) tooLarge?.();
    parts.trips.notePrimary(route, !isGood);
    if (why === 'candidate failed' || isLarger) noteCandidate(parts, exchange, isGood ? 'failed' : 'neither');
  };
  const notesOwn = counted && route.candidate?.mode === 'canary';
  const call = parts.primaries.send(
    toUpstream(exchange, route.primary, why === 'own' ? 'primary' : 'replacement'),
    {
      place: 'exchange',
      endBy: () => {
        ended?.(null);
        broken(exchange);
      },
      interim: (gotStatus, headers) => {
        if (parts.settings.passesInterim) response.interim(gotStatus, headers);
      },
      head: (gotStatus, headers, resume) => {
        status = gotStatus;
        parts.silent.heard(route);
        answerHeaders = headers;
        saysRetryLater = status >= 400 && hasRetryAfter(headers);
        const lines = linesFor(parts, exchange, 'primary', route.primary, {
          headers,
          servedBy: call.sentUrl,
        });
        // Where nobody is judged, nobody asks when its events come.
        if (route.rolloutId !== null) stream = StreamWatch.of(status, headers, call.clock, exchange.hold);
        response.writeHead(status, lines, passedAnswer(headers).length);
        response.onDrain = resume;
      },
      chunk: (bytes) => {
        stream?.add(bytes);
        if (kept && kept.size + bytes.length > maxBufferedBytes) kept = null;
        // What is cut off here is not all of the answer.
        if (call.clock.limitMs !== null) kept = null;
        const isTaken = call.clock.limitMs === null && hasRoom(bytes) && judged && !kept && !stream;
        if (response.write(bytes)) return true;
        return isTaken ? ahead.count(bytes) : ahead.add(bytes);
      },
      end: (trailers) => {
        response.end(null, passedTrailers(trailers, parts.settings.maxAnswerHeadBytes));
        parts.silent.answered(route, status);
        const whole = kept && new ModelAnswer(status, kept.whole(), answerHeaders);
        const alone = { status, saysRetryLater, isReadable: true, isEmpty: false };
        // What can be asked again is judged beside the other version; what cannot, by what it got, in both arms.
        // A stream is read after its end, in both arms.
        const isJudgedAlone = counted && !exchange.isRepeatable && stream === null;
        const said =
          isJudgedAlone && whole ? saidBy(parts, exchange, 'primary', whole, saysRetryLater) : alone;
        const byStatus = isJudgedAlone || isOutright(alone) ? wrongWith(said) : null;
        const streamFailure = stream?.failure ?? null;
        const wrong = streamFailure ?? byStatus;
        if (streamFailure !== null) exchange.request.trace?.failed(streamFailure);
        const isCounted = done(parts, exchange, counted && { reason: wrong }, status, call.clock);
        if (notesOwn)
          parts.trips.notePrimary(route, isFailure(parts, wrong !== null || status >= 500, call.clock));
        const failed = status >= 500 || streamFailure !== null;
        if (why !== 'own') judgeCandidate(failed, call.clock);
        ended?.(isFailure(parts, failed, call.clock) ? null : status);
        if (!kept && mirrored) parts.evidence.drop(route);
        if (!kept && read && isCounted) leftUnread(parts, exchange, 'primary', status);
        if (!kept || !whole) return;
        const { size } = kept;
        if (read && isCounted)
          readLater(parts, exchange, 'primary', { answer: whole, bytes: size, clock: call.clock });
        // What is parsed takes many times its bytes: a long answer is parsed again rather than kept so.
        const bytes = kept.whole();
        const again =
          read && !mayKeepRead(bytes, answerHeaders) ? new ModelAnswer(status, bytes, answerHeaders) : whole;
        if (mirrored) mirror(parts, exchange, again, size);
      },
      failed: (error) => {
        noteSilence(parts, exchange, { error, status, clock: call.clock });
        ended?.(null);
        if (exchange.gone) return;
        if (error instanceof OverLimitError) parts.metrics.overLimit(route.model, 'primary');
        else if (notesOwn || why === 'candidate failed') parts.trips.notePrimary(route, true);
        done(parts, exchange, counted && { reason: reasonOf(error) }, 502, call.clock);
        upstreamFailed(parts, exchange, 'primary', route.primary, error);
      },
    },
  );
  exchange.call = call;
  if (counted) exchange.onGone = () => countAbandoned(parts, exchange, 'primary', call.clock);
}

/** What the end of a request without an answer says of the primary. A caller that has waited long enough, and left, has had none either. */
function noteSilence(
  parts: ProxyParts,
  { route, gone, body }: Exchange,
  { error, status, clock }: { readonly error: Error; readonly status: number; readonly clock: AnswerClock },
): void {
  if (isOurLimit(error) || parts.isStopping()) return;
  const now = performance.now();
  const waitedMs = clock.connectMs(now) + clock.answerMs(now);
  // Of a body that is still coming in, nobody can tell who has kept whom waiting.
  if (gone && (status > 0 || waitedMs < PATIENCE_MS || body.kind === 'streaming')) return;
  const reason = gone ? 'abandoned' : reasonOf(error);
  const isHeard = status > 0 || reason === 'malformed' || reason === 'cut_off';
  parts.silent.failed(
    route,
    isHeard,
    gone ? `callers leave after ${seconds(waitedMs)} without an answer` : inWords(error),
  );
}

/** Who leaves sooner says nothing about the primary. Milliseconds. */
const PATIENCE_MS = 1_000;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** An answer that comes later than a candidate's may is as good as none. */
const isFailure = (parts: ProxyParts, failed: boolean, clock: AnswerClock): boolean =>
  failed || armOutcome(clock, failed, parts.settings.bounds, clock.moment)?.failed === true;

function mirror(parts: ProxyParts, exchange: Exchange, answer: ModelAnswer, bytes: number): void {
  const { route, request, requestId, unitGroup, unitHash, segments } = exchange;
  const requestHeaders = request.head.headers;
  if (route.candidate)
    parts.shadow.mirror(route, toUpstream(exchange, route.candidate, 'shadow'), {
      ...{ answer, requestHeaders, bytes, requestId, unitGroup, unitHash, segments },
    });
}

/**
 * @param counted why it has failed, if it has; `false`: it is in no arm
 * @returns whether it is in the primary's arm
 */
function done(
  parts: ProxyParts,
  exchange: Exchange,
  counted: { readonly reason: Reason | null } | false,
  status: number,
  clock: AnswerClock,
): boolean {
  const { route } = exchange;
  parts.metrics.answered(route.model, 'primary', status);
  parts.metrics.took(route.model, clock.answerMs(clock.moment) / 1_000);
  exchange.onGone = null;
  return counted !== false && count(parts, exchange, 'primary', counted.reason, clock);
}
