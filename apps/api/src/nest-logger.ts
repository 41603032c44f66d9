import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#libs/observe';

/** Under these names Nest logs what it throws as well: a start that fails says it once, in its own words. */
const THROWN: ReadonlySet<unknown> = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's own lines as ours are: errors in JSON, without colours; of the rest there is nothing to know. */
export function nestLogger(logger: Logger): LoggerService {
  const error = (message: unknown, ...more: unknown[]): void => {
    const context = more.at(-1);
    if (THROWN.has(context)) return;
    logger.error({ err: message instanceof Error ? message : new Error(String(message)), context }, 'nest');
  };
  const nothing = (): void => undefined;
  return { error, fatal: error, log: nothing, warn: nothing };
}
