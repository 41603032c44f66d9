import { type AnswerSaid, failureBeside, ModelAnswer, type RouteTarget } from '#libs/traffic';
import { Ahead } from './ahead.ts';
import { answerWhole, broken, linesFor } from './answer-caller.ts';
import { after, type Owner } from '#libs/data-plane';
import { type Exchange, toUpstream } from './exchange.ts';
import { Gathered } from '../request/gathered.ts';
import { passedAnswer, passedTrailers } from '../heads/head-lines.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, replace } from '../evidence/count-evidence.ts';
import { isRead, readLater, saidBy } from '../shadow/read-answer.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';
import type { WholeAnswer } from '../upstream/send-held.ts';
import { StreamWatch } from '../upstream/stream-watch.ts';

/** What the candidate answered, and what is wrong with it, looked at alone. */
export interface Doubtful {
  readonly answer: WholeAnswer;
  readonly said: AnswerSaid;
  readonly candidate: RouteTarget;
  readonly clock: AnswerClock;
}

const SAYS_SOMETHING = { saysRetryLater: false, isReadable: true, isEmpty: false };
/** So much of an answer that nobody gets is read, to keep its connection. */
const MOST_DROPPED_BYTES = 262_144;

/**
 * Was it the request, or the candidate? The primary is asked the same. Where it answers better, the caller gets that, and the candidate has
 * failed; otherwise the caller gets what the candidate said, and nobody has. A refusal is settled by the primary's head; an answer that
 * the output spec cannot read by all of the primary's; a stream that says nothing by the first event of the primary's that says something. It goes on when the caller leaves: how long we ask says nothing about the candidate.
 */
export function askSecondOpinion(parts: ProxyParts, exchange: Exchange, first: Doubtful): void {
  const { route, response } = exchange;
  const { maxBufferedBytes, bounds, maxAnswerHeadBytes } = parts.settings;
  const byHead = first.said.status >= 400;
  // Its own: the exchange's is given back when the caller leaves.
  const hold = exchange.hold.another();
  const kept = new Gathered(hold);
  const ahead = new Ahead(exchange.hold);
  let head: { status: number; headers: readonly string[]; resume: () => void } | null = null;
  let settled: 'primary' | 'candidate' | null = null;
  let dropped = 0;
  let watch: StreamWatch | null = null;
  const owner: Owner = {
    place: 'exchange',
    endBy: () => {
      clearTimeout(timer);
      hold.release();
      broken(exchange);
    },
  };
  /** @param other what the primary says; `null`: it gives no answer */
  const settle = (other: AnswerSaid | null): void => {
    if (settled) return;
    clearTimeout(timer);
    const failure = failureBeside(first.said, other);
    settled = failure !== null && head !== null ? 'primary' : 'candidate';
    count(parts, exchange, 'candidate', failure, first.clock);
    const { status, body, headers } = first.answer;
    if (isRead(parts, route, 'candidate'))
      readLater(parts, exchange, 'candidate', {
        ...{ answer: new ModelAnswer(status, body, headers), bytes: body.length, clock: first.clock },
      });
    // What a spec cannot read is the gates' to judge: they have an error budget, a trip has none.
    parts.trips.notePrimary(route, other === null || other.status >= 500);
    if (other !== null && failure !== 'unreadable') parts.trips.note(route, failure !== null);
    if (failure !== null) replace(parts, exchange, failure);
    hold.release();
    if (exchange.gone) return call.abort();
    exchange.call = call;
    if (settled === 'candidate' || head === null)
      return answerWhole(parts, exchange, first.candidate, first.answer);
    parts.metrics.answered(route.model, 'primary', head.status);
    const lines = linesFor(parts, exchange, 'primary', route.primary, {
      headers: head.headers,
      servedBy: call.sentUrl,
    });
    response.writeHead(head.status, lines, passedAnswer(head.headers).length);
    response.onDrain = head.resume;
    if (kept.size > 0 && !response.write(kept.whole())) ahead.add(kept.whole());
  };
  const call = parts.primaries.send(toUpstream(exchange, route.primary, 'second opinion'), {
    ...owner,
    head: (status, headers, resume) => {
      parts.silent.heard(route);
      head = { status, headers, resume };
      const isSettled = byHead || status >= 400;
      // A refusal needs no reading.
      if (isSettled) settle({ status, ...SAYS_SOMETHING });
      else if (first.said.isEmpty) watch = StreamWatch.of(status, headers, call.clock, hold);
    },
    chunk: (bytes) => {
      if (settled === 'primary') return response.write(bytes) || ahead.add(bytes);
      if (settled === null) {
        if (kept.size + bytes.length <= maxBufferedBytes && kept.add(bytes)) {
          watch?.add(bytes);
          if (watch?.hasBegun === true && head !== null)
            settle(watch.isError ? null : { status: head.status, ...SAYS_SOMETHING });
          return true;
        }
        // What is too large to be kept cannot be read.
        settle(null);
      }
      dropped += bytes.length;
      if (dropped > MOST_DROPPED_BYTES) call.abort();
      return true;
    },
    end: (trailers) => {
      if (head !== null) parts.silent.answered(route, head.status);
      if (settled === null && head !== null) {
        const whole = new ModelAnswer(head.status, kept.whole(), head.headers);
        const said = saidBy(parts, exchange, 'primary', whole, false);
        parts.primaryReadings.note(route, said.isReadable);
        settle(watch === null || watch.failure === null ? said : null);
      }
      if (settled === 'primary') response.end(null, passedTrailers(trailers, maxAnswerHeadBytes));
    },
    failed: () => {
      if (settled === null) return settle(null);
      if (settled === 'primary' && !exchange.gone) broken(exchange);
    },
  });
  const timer = after(owner, bounds.answerMs, () => {
    if (settled !== null) return;
    settle(null);
    call.abort();
  });
  // A caller that leaves ends nothing here.
  exchange.call = null;
  const room = first.answer.body.length + (exchange.body.kind === 'whole' ? exchange.body.bytes.length : 0);
  if (!hold.take(room)) {
    settle(null);
    call.abort();
  }
}
