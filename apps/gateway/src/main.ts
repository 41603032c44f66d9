import cluster from 'node:cluster';
import { loadProcessConfig } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { GatewayProcesses } from './gateway-processes.ts';
import { startGateway } from './start-gateway.ts';

runProcess('gateway', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('gateway', config.logLevel);
  const several = config.gatewayProcesses > 1 && cluster.isPrimary;
  const { port, shutdown } = await (several
    ? new GatewayProcesses(config, logger).start()
    : startGateway(config, logger));
  logger.info({ port }, 'gateway is up');
  return { shutdown, ready: { port } };
});
