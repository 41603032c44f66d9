import type { Logger } from '#libs/observe';
import { BadMessage } from '../http/bad-message.ts';
import { faults } from '#libs/data-plane';
import {
  AbortedError,
  ConnectionError,
  OverLimitError,
  UpstreamTimeoutError,
} from '../upstream/connection/errors.ts';

/**
 * Can the process go on after an error whose owner nobody knows? Yes where the error says that one thing has ended and
 * our state is whole: a connection (Node's errors with a `code`, our own of connections), an abort, a text that
 * is no JSON, a computation that went too deep. Anything else (a TypeError, a failed assertion) may have left
 * a table half changed: such a process must not go on deciding who gets which answer.
 */
function isSurvivable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const ours = [BadMessage, ConnectionError, OverLimitError, UpstreamTimeoutError, AbortedError];
  if (ours.some((kind) => error instanceof kind)) return true;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return true;
  if (error instanceof RangeError || error instanceof SyntaxError) return true;
  const { code } = error as { code?: unknown };
  return (
    typeof code === 'string' && /^(E[A-Z0-9]+|UND_ERR_\w+|ERR_(STREAM|SOCKET|HTTP|TLS|SSL)_\w+)$/.test(code)
  );
}

/**
 * For what slips past the containment (`contained.ts`): counted and said aloud.
 * @param end drains and ends the process; told once, for what it cannot go on after
 */
export function holdLastLine(logger: Logger, end: () => void): void {
  let ending = false;
  const caught = (error: unknown): void => {
    faults.count('process', error);
    if (isSurvivable(error)) return void logger.error({ err: error }, 'an error that belongs to no exchange');
    logger.fatal({ err: error }, 'an error after which this gateway cannot go on: it drains and ends');
    if (ending) return;
    ending = true;
    process.exitCode = 1;
    end();
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
}
