import { readFile } from 'node:fs/promises';
import type { Config } from '#libs/config';
import {
  checkedJudgePrompt,
  DEFAULT_JUDGE_PROMPT,
  type Judge,
  judgeDue,
  type JudgePorts,
  type UnitOfWork,
} from '#libs/engine';
import type { Logger, Registry } from '#libs/observe';
import { apiKeyOf, workWithEndpoint } from './endpoint-loop.ts';
import type { Repeating } from './repeat.ts';

type JudgeSettings = NonNullable<Config['judge']>;

/**
 * Has the pairs of shadows judged, where the operator has named a judge; `null`: none is named.
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
  const { promptFile, limits, model } = config;
  const prompt = promptFile === null ? DEFAULT_JUDGE_PROMPT : await readFile(promptFile, 'utf8');
  const ports: JudgePorts = {
    ...{ uow, limits, prompt: checkedJudgePrompt(prompt) },
    judge: judgeOf(config, apiKeyOf(config)),
  };
  logger.info({ model, limits }, 'a judge compares the texts of shadows');
  return workWithEndpoint(
    {
      who: 'the judge',
      counter: {
        name: 'understudy_judge_failures_total',
        help: 'Times that the pairwise judge did not answer, by why',
      },
      work: (random) => judgeDue(ports, random),
    },
    registry,
    logger,
  );
}
