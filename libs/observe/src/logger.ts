import { pino, type Logger } from 'pino';
import { printableJsonText, redact as redactKnown } from '#libs/kernel';
import { kindOfError, kindOfText, RepeatTally } from './repeated-errors.ts';

export type { Logger } from 'pino';

/** pino's level of a warning, and of what ends the process. */
const [WARN, FATAL] = [40, 60];

/**
 * A JSON logger to standard error. Secrets are never handed to it; these paths and `redact` (what this process knows of) are a second net. Paths, names and errors
 * are what somebody sent: their strings hold nothing that a terminal obeys.
 * A warning or error that comes again and again is written once a minute, with `times`: what is away for an hour fills
 * no disk.
 */
export function createLogger(
  name: string,
  level: string,
  redact: (text: string) => string = redactKnown,
  write: (line: string) => void = toStandardError(),
): Logger {
  const repeats = new RepeatTally();
  return pino(
    {
      ...{ name, level },
      redact: ['token', 'secret', 'authorization', '*.authorization', '*.secret', '*.token'],
      hooks: {
        logMethod(words, method, of) {
          if (of < WARN || of >= FATAL) return method.apply(this, words);
          const times = repeats.note(kindOfLine(words));
          if (times === null) return;
          const [fields, ...rest] = words as unknown as [unknown, ...string[]];
          if (times === 1 || typeof fields !== 'object') return method.apply(this, words);
          method.apply(this, [{ ...fields, times }, ...rest] as unknown as typeof words);
        },
      },
    },
    { write: (line: string) => write(printableJsonText(redact(line))) },
  );
}

function toStandardError(): (line: string) => void {
  const stderr = pino.destination(2);
  return (line) => void stderr.write(line);
}

/** With an error: what is said and the error. Without: what is said and all that goes with it. */
function kindOfLine(words: readonly unknown[]): string {
  const [fields, text] = words;
  if (typeof fields !== 'object' || fields === null) return kindOfText(String(fields));
  const error = fields instanceof Error ? fields : (fields as { err?: unknown }).err;
  if (error !== undefined) return `${String(text)} ${kindOfError(error)}`;
  try {
    return `${String(text)} ${kindOfText(JSON.stringify(fields))}`;
  } catch {
    return String(text); // a bigint or a circle within: the logger knows what to do, we need no more
  }
}
