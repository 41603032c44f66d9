import 'reflect-metadata';
import { loadProcessConfig, required } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { createApi, listenApi } from './create-api.ts';

runProcess('api', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('api', config.logLevel);
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
