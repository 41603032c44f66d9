import { loadProcessConfig } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { startXds } from './start-xds.ts';

runProcess('xds', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('xds', config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const { port, adminPort, shutdown } = await startXds(config, logger);
  logger.info({ port, adminPort }, 'xDS server is up');
  return { shutdown, ready: { port, adminPort } };
});
