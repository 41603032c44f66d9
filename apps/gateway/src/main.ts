import { loadProcessConfig } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { startGateway } from './start-gateway.ts';

runProcess('gateway', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('gateway', config.logLevel);
  const { port, shutdown } = await startGateway(config, logger);
  logger.info({ port }, 'gateway is up');
  return { shutdown, ready: { port } };
});
