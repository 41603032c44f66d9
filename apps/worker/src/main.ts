import 'reflect-metadata';
import { loadProcessConfig, required } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { startWorker } from './worker.module.ts';

runProcess('worker', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('worker', config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const databaseUrl = required(
    config.databaseUrl,
    'DATABASE_URL',
    'the worker finds its rollouts in PostgreSQL. (npm start brings its own.)',
  );
  const { port, shutdown } = await startWorker(config, databaseUrl, logger);
  logger.info({ port }, 'worker is up');
  return { shutdown, ready: { port } };
});
