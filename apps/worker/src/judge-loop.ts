import { keepSecret } from '#libs/kernel';
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '#libs/config';
import {
  checkedJudgePrompt,
  DEFAULT_JUDGE_PROMPT,
  type Judge,
  judgeDue,
  judgePause,
  type JudgePorts,
  type UnitOfWork,
} from '#libs/engine';
import { Counter, type Logger, type Registry } from '#libs/observe';
import { repeat, type Repeating } from './repeat.ts';

type JudgeSettings = NonNullable<Config['judge']>;

const EVERY_MS = 500;
/** Of random pauses. */
const RESOLUTION = 1_000_000;
const random = (): number => randomInt(RESOLUTION) / RESOLUTION;

/**
 * Has the pairs of shadows judged, where the operator has named a judge; `null`: none is named. A judge that does not
 * answer is left alone, longer each time.
 * @throws DomainError `judge_prompt_invalid`; what says that the prompt's file cannot be read
 */
export async function startJudging(
  config: JudgeSettings | null,
  judgeOf: (config: JudgeSettings, apiKey: () => Promise<string | null>) => Judge,
  uow: UnitOfWork,
  registry: Registry,
  logger: Logger,
): Promise<Repeating | null> {
  if (config === null) return null;
  const { apiKey, apiKeyFile, promptFile, limits } = config;
  const key = async (): Promise<string | null> =>
    apiKeyFile === null ? apiKey : kept((await readFile(apiKeyFile, 'utf8')).trim());
  const prompt = promptFile === null ? DEFAULT_JUDGE_PROMPT : await readFile(promptFile, 'utf8');
  const ports: JudgePorts = {
    ...{ uow, limits, prompt: checkedJudgePrompt(prompt) },
    judge: judgeOf(config, key),
  };
  const failed = new Counter({
    name: 'understudy_judge_failures_total',
    help: 'Times that the pairwise judge did not answer, by why',
    labelNames: ['reason'],
    registers: [registry],
  });
  logger.info({ model: config.model, limits }, 'a judge compares the texts of shadows');
  let [inARow, pausedUntil] = [0, 0];
  return repeat(
    EVERY_MS,
    async (isStopped) => {
      for (let tried = 1; tried > 0 && !isStopped() && performance.now() >= pausedUntil;) {
        const now = await judgeDue(ports, random);
        tried = now.tried;
        if (now.failure === null) {
          if (tried > 0) inARow = 0;
          continue;
        }
        inARow++;
        const pauseMs = judgePause(inARow, now.failure.retryAfterMs, random());
        pausedUntil = performance.now() + pauseMs;
        failed.inc({ reason: now.failure.code });
        logger.warn({ reason: now.failure.message, pauseMs }, 'the judge does not answer');
      }
    },
    (error) => logger.warn({ err: error }, 'pairs could not be judged; they are tried again'),
  );
}

/** A key that is read anew may be another one. */
function kept(key: string): string {
  keepSecret(key);
  return key;
}
