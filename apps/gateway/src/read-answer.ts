import { ModelAnswer, readArm, specsOf } from '#libs/traffic';
import { armOutcome } from './arm-outcome.ts';
import type { Exchange } from './exchange.ts';
import { observeExchange, wantsReading } from './observe-exchange.ts';
import type { ProxyParts } from './proxy-parts.ts';
import type { AnswerClock } from './upstream/answer-clock.ts';
import type { WholeAnswer } from './upstream/send-for-whole.ts';

/** Adds one request and its outcome to the evidence of an arm. @returns whether it is in it (`armOutcome`) */
export function count(
  parts: ProxyParts,
  exchange: Exchange,
  arm: 'primary' | 'candidate',
  failed: boolean,
  clock: AnswerClock,
): boolean {
  const { route, unitGroup, segments } = exchange;
  const outcome = armOutcome(clock, failed, parts.settings.bounds, performance.now());
  if (outcome === null) return false;
  parts.evidence.count(route, arm, { ...outcome, unitGroup, segments });
  return true;
}

/** Once the caller has the answer. What waits for it is held by a budget of its own. */
export function readLater(
  parts: ProxyParts,
  exchange: Exchange,
  arm: 'primary' | 'candidate',
  answer: ModelAnswer,
  bytes: number,
): void {
  const { route, body, segments } = exchange;
  if (!wantsReading(route)) return;
  const sent = body.kind === 'whole' ? body.bytes : null;
  const { later, evidence } = parts;
  const hold = exchange.hold.another();
  if (!hold.take(bytes + (sent?.buffer.byteLength ?? 0))) return later.leaveOut();
  const read = (): void =>
    // The form of an answer that says no (400) is not the model's.
    evidence.observe(
      route,
      arm,
      segments,
      observeExchange(route, arm, sent, answer.status < 400 ? answer : null),
    );
  later.add(read, hold);
}

/** A prediction that says 200 and cannot be read by the output spec is no answer. */
export function isGarbage(
  parts: ProxyParts,
  { route, request }: Exchange,
  { status, body }: WholeAnswer,
): boolean {
  const specs = specsOf(route);
  if (specs.candidate === null || status >= 300 || request.method !== 'POST') return false;
  const answer = new ModelAnswer(status, body);
  if (readArm(answer, 'candidate', specs) !== null) return false;
  if (answer.unreadable !== null) parts.metrics.unreadable(route.model, 'candidate', answer.unreadable);
  return true;
}
