import { type ArmSpecs, readArm } from '../arms/arm-specs.ts';
import type { ModelAnswer } from './model-answer.ts';
import type { Arm } from '../route.ts';

const NO_CONTENT = 204;

/** Why an answer to a prediction is none. */
export type FailureReason = StatusReason | 'unreadable' | 'empty';
export type StatusReason = '4xx' | '5xx' | 'overload';

/** What has to be known of an answer to judge it. */
export interface AnswerSaid {
  readonly status: number;
  /** It names a time after which to try again (`Retry-After`). */
  readonly saysRetryLater: boolean;
  /** The output spec reads it, or there is none. */
  readonly isReadable: boolean;
  /** It is a stream that ends without an event that says something. */
  readonly isEmpty: boolean;
}

/** One that refuses (4xx) has no form to be read. */
export function answerSaid(
  answer: ModelAnswer,
  arm: Arm,
  specs: ArmSpecs,
  saysRetryLater: boolean,
): AnswerSaid {
  const { status } = answer;
  const isReadable = specs.primary === null || status >= 400 || readArm(answer, arm, specs) !== null;
  return { status, saysRetryLater, isReadable, isEmpty: answer.isEmptyStream };
}

/** What a status says: overload (429, 503 with `Retry-After`), the server's error, a refusal; `null`: it is an answer. */
export function statusReason({
  status,
  saysRetryLater,
}: Pick<AnswerSaid, 'status' | 'saysRetryLater'>): StatusReason | null {
  if (status === 429 || (status === 503 && saysRetryLater)) return 'overload';
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : null;
}

/** What is wrong with an answer, looked at alone; `null`: nothing. */
export const wrongWith = (said: AnswerSaid): FailureReason | null =>
  statusReason(said) ?? (said.isEmpty ? 'empty' : said.isReadable ? null : 'unreadable');

/** Whatever the request was, the server failed on it. */
export const isOutright = ({ status }: Pick<AnswerSaid, 'status'>): boolean => status >= 500;

/**
 * Has a version failed on a prediction, given what the other one answered to the very same request? A refusal (4xx) is a failure where the
 * other answers; an answer that the output spec cannot read is one where it can read the other's, and a stream that ends before it has said
 * anything is one where the other says something: a server that dies, and whose answers end with their connection, has no other words.
 * Otherwise it was the request, or the spec, and nobody's failure.
 * @param other `null`: it gave no answer, or was not asked
 * @returns why; `null`: it has not failed
 */
export function failureBeside(said: AnswerSaid, other: AnswerSaid | null): FailureReason | null {
  const reason = wrongWith(said);
  if (reason === null || isOutright(said)) return reason;
  if (other === null || other.status >= 400) return null;
  if (reason === 'empty') return other.isEmpty || other.status === NO_CONTENT ? null : reason;
  return reason !== 'unreadable' || (other.isReadable && !other.isEmpty) ? reason : null;
}
