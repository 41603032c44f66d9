import type { Config } from '#libs/config';
import { fault } from '#libs/data-plane';
import type { Logger } from '#libs/observe';
import { callerPair } from '../callers/caller-pair.ts';
import type { CallerRequest } from '../callers/caller-request.ts';
import type { CallerResponse } from '../callers/caller-response.ts';
import { CallerServer } from '../callers/caller-server.ts';
import { respondProblem } from '../forward/respond.ts';
import type { MemoryBudget } from './memory-budget.ts';

const MOST_HEAD_MS = 15_000;
/** Longer than the minute that load balancers keep their connections, so that theirs end first. */
const IDLE_MS = 65_000;

/**
 * The server that callers connect to, not yet listening; its certificate follows the files that the configuration names.
 * @param handle what it throws ends the request with 500, and is counted
 */
export function openCallerServer(
  config: Config,
  memory: MemoryBudget,
  logger: Logger,
  handle: (request: CallerRequest, response: CallerResponse) => void,
): { readonly server: CallerServer; readonly stopFollowing: (() => void) | undefined } {
  const shown = callerPair(config);
  const server = new CallerServer(
    {
      headMs: Math.min(MOST_HEAD_MS, config.requestTimeoutMs),
      pauseMs: config.requestTimeoutMs,
      idleMs: IDLE_MS,
      stuckMs: config.requestTimeoutMs,
      connections: config.gatewayMaxConnections,
    },
    memory,
    (request, response) => {
      try {
        handle(request, response);
      } catch (error) {
        const endBy = (): void =>
          respondProblem(response, 500, 'internal', 'The gateway failed on this request.');
        fault({ place: 'exchange', endBy }, error);
      }
    },
    shown?.current,
  );
  return { server, stopFollowing: shown?.follow(logger, (pair) => server.usePair(pair)) };
}
