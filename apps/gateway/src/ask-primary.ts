import { isMirrored, ModelAnswer } from '#libs/traffic';
import { Ahead } from './ahead.ts';
import { broken, linesFor, upstreamFailed } from './answer-caller.ts';
import { type Exchange, toUpstream } from './exchange.ts';
import { Gathered } from './gathered.ts';
import { passedAnswer, passedTrailers } from './heads/head-lines.ts';
import { wantsReading } from './observe-exchange.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, readLater } from './read-answer.ts';
import { OverLimitError } from './upstream/errors.ts';

/** An answer up to this size is parsed once for all who read it. */
const MOST_SHARED_BYTES = 4_096;

/** Whose the answer of the primary is, and so what it says about anybody. */
export type Why = 'own' | 'candidate failed' | 'stands in';

/** The primary's answer goes on as it comes. */
export function askPrimary(parts: ProxyParts, exchange: Exchange, why: Why): void {
  const { route, response, body } = exchange;
  const counted = why === 'own';
  const copied = counted && isMirrored(route, exchange.requestId);
  const mirrored = copied && body.kind === 'whole' && exchange.isRepeatable;
  if (copied && !mirrored) parts.evidence.drop(route);
  const read = counted && wantsReading(route);
  let kept: Gathered | null = mirrored || read ? new Gathered(exchange.hold) : null;
  const startedAt = performance.now();
  const ahead = new Ahead(exchange.hold);
  let status = 0;
  const { maxBufferedBytes } = parts.settings;
  exchange.call = parts.primaries.send(toUpstream(exchange, route.primary), {
    place: 'exchange',
    endBy: () => broken(exchange),
    interim: (gotStatus, headers) => {
      if (parts.settings.passesInterim) response.interim(gotStatus, headers);
    },
    head: (gotStatus, headers, resume) => {
      status = gotStatus;
      const lines = linesFor(parts, exchange, 'primary', route.primary, headers);
      response.writeHead(status, lines, passedAnswer(headers).length);
      response.onDrain = resume;
    },
    chunk: (bytes) => {
      if (kept && (kept.size + bytes.length > maxBufferedBytes || !kept.add(bytes))) kept = null;
      if (response.write(bytes)) return true;
      return ahead.add(bytes);
    },
    end: (trailers) => {
      response.end(null, passedTrailers(trailers, parts.settings.maxAnswerHeadBytes));
      done(parts, exchange, counted, status, startedAt);
      if (why === 'candidate failed') parts.trips.note(route, status < 500);
      if (!kept && mirrored) parts.evidence.drop(route);
      if (!kept) return;
      const whole = kept.whole();
      const answer = new ModelAnswer(status, whole);
      if (read) readLater(parts, exchange, 'primary', answer, whole.length);
      // What is parsed takes many times its bytes: a long answer is parsed again rather than kept so.
      const again = read && whole.length > MOST_SHARED_BYTES ? new ModelAnswer(status, whole) : answer;
      if (mirrored) mirror(parts, exchange, again, whole.length);
    },
    failed: (error) => {
      if (exchange.gone) return;
      if (error instanceof OverLimitError) parts.metrics.overLimit(route.model, 'primary');
      done(parts, exchange, counted, 502, startedAt);
      upstreamFailed(parts, exchange, 'primary', route.primary, error);
    },
  });
}

function mirror(parts: ProxyParts, exchange: Exchange, answer: ModelAnswer, bytes: number): void {
  const { route, requestId, unitGroup, segments } = exchange;
  if (route.candidate)
    parts.shadow.mirror(route, toUpstream(exchange, route.candidate), {
      ...{ answer, bytes, requestId, unitGroup, segments },
    });
}

function done(
  parts: ProxyParts,
  exchange: Exchange,
  counted: boolean,
  status: number,
  startedAt: number,
): void {
  const { route } = exchange;
  const latencyMs = performance.now() - startedAt;
  parts.metrics.answered(route.model, 'primary', status);
  parts.metrics.took(route.model, latencyMs / 1_000);
  if (counted) count(parts, exchange, 'primary', status >= 500, startedAt);
}
