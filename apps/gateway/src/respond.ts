import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { ConnectTimeoutError, OverLimitError, UpstreamTimeoutError } from './upstream/errors.ts';

/** An error of our own, as application/problem+json. */
export function respondProblem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) {
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
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

/**
 * The model server failed, and nobody else can answer.
 * @param ours what the gateway says about the request, names and values in turn
 */
export function respondUpstreamFailed(
  response: ServerResponse,
  model: string,
  error: Error,
  ours: readonly string[],
): void {
  const headers: OutgoingHttpHeaders = {};
  for (let i = 0; i + 1 < ours.length; i += 2) headers[ours[i] ?? ''] = ours[i + 1];
  if (error instanceof OverLimitError)
    respondProblem(
      response,
      503,
      'model_overloaded',
      `More requests of ${model} are under way than this gateway allows at once.`,
      { ...headers, 'retry-after': '1' },
    );
  else if (error instanceof UpstreamTimeoutError || error instanceof ConnectTimeoutError)
    respondProblem(
      response,
      504,
      'model_timeout',
      `The model server of ${model} did not answer in time.`,
      headers,
    );
  else
    respondProblem(
      response,
      502,
      'model_unreachable',
      `The model server of ${model} could not be reached, or broke off its answer.`,
      headers,
    );
}

/** @param isFilled the gateway has heard from the api, or found routes on its disk */
export function respondNoRoute(response: ServerResponse, model: string, isFilled: boolean): void {
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
      { 'retry-after': '1' },
    );
}
