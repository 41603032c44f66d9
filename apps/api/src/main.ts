import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { loadProcessConfig, required } from '#libs/config';
import { assertDatabaseServes } from '#libs/db';
import { createLogger, runProcess } from '#libs/observe';
import { openTracing } from '#libs/tracing';
import { createApi, listenApi } from './create-api.ts';

runProcess('api', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('api', config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const databaseUrl = required(
    config.databaseUrl,
    'DATABASE_URL',
    'the api keeps everything in PostgreSQL. (npm start brings its own.)',
  );
  await assertDatabaseServes(databaseUrl);
  const tracing = await openTracing(config.tracing, { process: 'api', instance: randomUUID() }, logger);
  const app = await createApi(config, databaseUrl, logger, tracing);
  const port = await listenApi(app, config);
  logger.info({ port }, 'api is up');
  return {
    shutdown: async () => {
      await app.close();
      await tracing?.stop();
    },
    ready: { port },
  };
});
