import { MEASURE } from '#libs/stats';
import {
  type AnswerSaid,
  answerSaid,
  contentHeaders,
  type HeaderList,
  type ModelAnswer,
  notReadWords,
  Payload,
  type Route,
  specsOf,
} from '#libs/traffic';
import type { Exchange } from '../forward/exchange.ts';
import { observeExchange, wantsReading } from '../evidence/observe-exchange.ts';
import { observeUnread } from '../evidence/observe-usage.ts';
import type { ProxyParts } from '../forward/proxy-parts.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';

type Arm = 'primary' | 'candidate';

/** An answer up to this size is read once for all who read it. */
const MOST_SHARED_BYTES = 4_096;

/**
 * May what is read of an answer wait with it? It takes many times its bytes: that of a small one, which is not
 * compressed.
 */
export const mayKeepRead = (bytes: Uint8Array, headers: HeaderList): boolean =>
  bytes.length <= MOST_SHARED_BYTES && contentHeaders(headers).encodings.length === 0;

/** A gate that compares counts of the arms needs them all; one by segments, those of rare ones. */
const readsAll = ({ reading }: Route): boolean =>
  reading !== null && (reading.everyAnswer === true || reading.segments.length > 0);

/** Is this answer one that is read? Asked once for each. */
export const isRead = (
  { readShare }: Pick<ProxyParts, 'readShare'>,
  route: Route,
  arm: Arm | 'shadow',
): boolean => wantsReading(route) && (readsAll(route) || readShare.take(route, arm, performance.now()));

/** An answer that is to be read. */
export interface Unread {
  readonly answer: ModelAnswer;
  readonly bytes: number;
  /** When it came. */
  readonly clock: AnswerClock;
}

/** Once the caller has the answer. What waits for it is held by a budget of its own. */
export function readLater(
  parts: ProxyParts,
  exchange: Exchange,
  arm: Arm,
  { answer, bytes, clock }: Unread,
): void {
  const { route, request, body, segments, unitGroup } = exchange;
  const sent = body.kind === 'whole' ? body.bytes : null;
  const { later, evidence, primaryReadings, metrics } = parts;
  const { partsMs } = clock;
  parts.readShare.wasRead(route, arm, bytes);
  const hold = exchange.hold.another();
  if (!hold.take(bytes + (sent?.buffer.byteLength ?? 0))) {
    later.leaveOut();
    return leftUnread(parts, exchange, arm, answer.status);
  }
  const read = (): void => {
    // The form of an answer that says no (400) is not the model's.
    const asked = sent && new Payload(sent, request.head.headers);
    const observed = observeExchange(route, arm, asked, answer.status < 400 ? answer : null, partsMs);
    metrics.wasRead(route.model, arm, observed);
    evidence.observe(route, arm, segments, observed, unitGroup);
    const violation =
      arm === 'primary' && observed.measures.find(([name]) => name === MEASURE.schemaViolation);
    if (violation) primaryReadings.note(route, violation[1] === 0);
  };
  later.add(read, hold);
}

/**
 * An answer that was to be read (`isRead`) and could not be kept: it was too long, or memory was short. These are the dear ones, so a gate on
 * cost hears of them.
 */
export function leftUnread(
  { evidence, metrics }: ProxyParts,
  { route, segments }: Exchange,
  arm: Arm,
  status: number,
): void {
  const observed = status < 400 ? observeUnread(route, arm) : null;
  if (observed === null) return;
  metrics.wasRead(route.model, arm, observed);
  evidence.observe(route, arm, segments, observed);
}

/** What has to be known of an answer to judge it. */
export function saidBy(
  parts: ProxyParts,
  { route, request }: Exchange,
  arm: Arm,
  answer: ModelAnswer,
  saysRetryLater: boolean,
): AnswerSaid {
  const said = answerSaid(answer, arm, specsOf(route), saysRetryLater);
  if (!said.isReadable && answer.unreadable !== null)
    parts.metrics.unreadable(route.model, arm, notReadWords(answer.unreadable));
  // An answer to HEAD is the head of one.
  return request.method === 'HEAD' ? { ...said, isEmpty: false } : said;
}
