import 'reflect-metadata';
import { loadProcessConfig, required, secretsOf } from '#libs/config';
import { redactor } from '#libs/kernel';
import { createLogger, runProcess } from '#libs/observe';
import { createApi, listenApi } from './create-api.ts';

runProcess('api', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('api', config.logLevel, redactor(secretsOf(config)));
  const databaseUrl = required(
    config.databaseUrl,
    'DATABASE_URL',
    'the api keeps everything in PostgreSQL. (npm start brings its own.)',
  );
  const app = await createApi(config, databaseUrl, logger);
  const port = await listenApi(app, config);
  logger.info({ port }, 'api is up');
  return { shutdown: () => app.close(), ready: { port } };
});
