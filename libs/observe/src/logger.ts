import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** A JSON logger to standard error. Secrets are never handed to it; these paths are a second net. */
export function createLogger(name: string, level: string): Logger {
  return pino(
    { name, level, redact: ['token', 'secret', 'authorization', '*.authorization', '*.secret', '*.token'] },
    pino.destination(2),
  );
}
