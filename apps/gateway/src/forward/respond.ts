import { STATUS_CODES } from 'node:http';
import type { HealthAnswer } from '#libs/observe';
import type { RetiredRoute } from '#libs/traffic';
import type { CallerResponse } from '../callers/caller-response.ts';
import { HeadTooLarge, ownLines } from '../heads/head-lines.ts';
import { BadMessage } from '../http/bad-message.ts';
import { whenSettled } from '#libs/data-plane';
import { reasonOf } from './reasons.ts';
import { OverLimitError } from '../upstream/connection/errors.ts';

/**
 * An error of our own, as application/problem+json. An answer that has begun is broken off, unless nothing of it has left.
 * @param headers names and values in turn
 */
export function respondProblem(
  response: CallerResponse,
  status: number,
  code: string,
  detail: string,
  headers: readonly string[] = [],
): void {
  if (response.headersSent && !response.takeBack()) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
  });
  const lines = ownLines([...headers, 'content-type', 'application/problem+json']);
  response.writeHead(status, lines, null).end(Buffer.from(body));
}

/**
 * The model server failed, and nobody else can answer.
 * @param ours what the gateway says about the request, names and values in turn
 */
export function respondUpstreamFailed(
  response: CallerResponse,
  model: string,
  error: Error,
  ours: readonly string[],
): void {
  if (error instanceof OverLimitError)
    respondProblem(
      response,
      503,
      'model_overloaded',
      `More requests of ${model} are under way than this gateway allows at once.`,
      [...ours, 'retry-after', '1'],
    );
  else if (reasonOf(error) === 'timeout')
    respondProblem(
      response,
      504,
      'model_timeout',
      `The model server of ${model} did not answer in time.`,
      ours,
    );
  else if (error instanceof HeadTooLarge)
    respondProblem(
      response,
      502,
      'model_answer_too_large',
      `The model server of ${model} answered with a head that proxies in front of this gateway would refuse: ${error.message}.`,
      ours,
    );
  else
    respondProblem(
      response,
      502,
      'model_unreachable',
      error instanceof BadMessage
        ? `The answer of the model server of ${model} is malformed: ${error.message}.`
        : `The model server of ${model} could not be reached, or broke off its answer.`,
      ours,
    );
}

/** @param isFilled the gateway has heard from the api, or found routes on its disk */
export function respondNoRoute(response: CallerResponse, model: string, isFilled: boolean): void {
  if (isFilled)
    respondProblem(
      response,
      404,
      'model_not_served',
      `No version of "${model}" serves. Register one, or check the name.`,
    );
  else
    respondProblem(
      response,
      503,
      'routes_unknown',
      'This gateway has not heard from the api yet, and found no routes on its disk.',
      ['retry-after', '1'],
    );
}

/** Nobody serves it any more, on purpose: callers and caches may forget it (RFC 9110, 410). */
export function respondRetired(
  response: CallerResponse,
  model: string,
  { reason, since }: RetiredRoute,
): void {
  const when = since === '' ? '' : ` on ${since}`;
  const why = reason === '' ? '' : `: ${reason}`;
  respondProblem(response, 410, 'model_retired', `"${model}" was retired${when}${why}`, [
    'cache-control',
    'no-store',
  ]);
}

/** What the process says of itself; broken off when it cannot. */
export function respondHealth(response: CallerResponse, answer: Promise<HealthAnswer>): void {
  whenSettled(
    response,
    answer,
    ({ status, type, body }) =>
      response.writeHead(status, ownLines(['content-type', type]), null).end(Buffer.from(body)),
    () => response.destroy(),
  );
}
