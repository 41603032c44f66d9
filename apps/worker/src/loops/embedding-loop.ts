import type { Config } from '#libs/config';
import { type Embedder, type EmbedPorts, measureDue, type UnitOfWork } from '#libs/engine';
import type { Logger, Registry } from '#libs/observe';
import { apiKeyOf, workWithEndpoint } from './endpoint-loop.ts';
import type { Repeating } from './repeat.ts';

type EmbeddingsSettings = NonNullable<Config['embeddings']>;

/** Measures how far the texts of shadows are apart, where the operator has named an embeddings endpoint; `null`: none is named. */
export function startEmbedding(
  config: EmbeddingsSettings | null,
  embedderOf: (config: EmbeddingsSettings, apiKey: () => Promise<string | null>) => Embedder,
  uow: UnitOfWork,
  registry: Registry,
  logger: Logger,
): Repeating | null {
  if (config === null) return null;
  const { limits, model } = config;
  const ports: EmbedPorts = { uow, limits, embedder: embedderOf(config, apiKeyOf(config)) };
  logger.info({ model, limits }, 'the texts of shadows are compared by their embeddings');
  return workWithEndpoint(
    {
      who: 'the embeddings endpoint',
      counter: {
        name: 'understudy_embeddings_failures_total',
        help: 'Times that the embeddings endpoint did not answer, by why',
      },
      work: (random) => measureDue(ports, random),
    },
    registry,
    logger,
  );
}
