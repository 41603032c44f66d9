import { loadProcessConfig } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { startRouter } from './start-router.ts';

runProcess('kubernetes', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('kubernetes', config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const { port, shutdown } = await startRouter(config, logger);
  logger.info({ port }, 'Kubernetes router is up');
  return { shutdown, ready: { port } };
});
