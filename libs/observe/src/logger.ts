import { pino, type Logger } from 'pino';
import { printableJsonText } from '#libs/kernel';

export type { Logger } from 'pino';

/**
 * A JSON logger to standard error. Secrets are never handed to it; these paths and `redact` are a second net. Paths, names and errors
 * are what somebody sent: their strings hold nothing that a terminal obeys.
 */
export function createLogger(
  name: string,
  level: string,
  redact: (text: string) => string = (text) => text,
): Logger {
  const stderr = pino.destination(2);
  return pino(
    { name, level, redact: ['token', 'secret', 'authorization', '*.authorization', '*.secret', '*.token'] },
    { write: (line: string) => void stderr.write(printableJsonText(redact(line))) },
  );
}
