import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type EndpointFailure, judgePause } from '#libs/engine';
import { keepSecret } from '#libs/kernel';
import { Counter, type Logger, type Registry } from '#libs/observe';
import { repeat, type Repeating } from './repeat.ts';

const EVERY_MS = 500;
/** Of random pauses. */
const RESOLUTION = 1_000_000;
const random = (): number => randomInt(RESOLUTION) / RESOLUTION;

/** Work on pairs of texts that a model of the operator's is asked about. */
export interface EndpointWork {
  /** Who is asked, for the log: `the judge`. */
  readonly who: string;
  /** The counter of its failures. */
  readonly counter: { readonly name: string; readonly help: string };
  readonly work: (
    random: () => number,
  ) => Promise<{ readonly tried: number; readonly failure: EndpointFailure | null }>;
}

/** Works as long as there is something to do. An endpoint that fails is left alone, longer each time, or as long as it says. */
export function workWithEndpoint(
  { who, counter, work }: EndpointWork,
  registry: Registry,
  logger: Logger,
): Repeating {
  const failed = new Counter({ ...counter, labelNames: ['reason'], registers: [registry] });
  let [inARow, pausedUntil] = [0, 0];
  return repeat(
    EVERY_MS,
    async (isStopped) => {
      for (let tried = 1; tried > 0 && !isStopped() && performance.now() >= pausedUntil;) {
        const now = await work(random);
        tried = now.tried;
        if (now.failure === null) {
          if (tried > 0) inARow = 0;
          continue;
        }
        inARow++;
        const pauseMs = judgePause(inARow, now.failure.retryAfterMs, random());
        pausedUntil = performance.now() + pauseMs;
        failed.inc({ reason: now.failure.code });
        logger.warn({ reason: now.failure.message, pauseMs }, `${who} does not answer`);
      }
    },
    (error) =>
      logger.warn({ err: error, who }, 'pairs of texts could not be worked on; they are tried again'),
  );
}

/** The key as it is now: the file is read anew for each request. */
export const apiKeyOf =
  ({ apiKey, apiKeyFile }: { readonly apiKey: string | null; readonly apiKeyFile: string | null }) =>
  async (): Promise<string | null> =>
    apiKeyFile === null ? apiKey : kept((await readFile(apiKeyFile, 'utf8')).trim());

/** A key that is read anew may be another one. */
function kept(key: string): string {
  keepSecret(key);
  return key;
}
