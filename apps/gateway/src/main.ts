import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { loadProcessConfig } from '#libs/config';
import { createLogger, runProcess } from '#libs/observe';
import { GatewayProcesses } from './process/gateway-processes.ts';
import { startGateway } from './process/start-gateway.ts';

// V8 takes what is short-lived here for long-lived (allocation site pretenuring) and then copies the garbage of
// all requests until the next full collection: a fifth of the processor time, and pauses of 10 ms. Measured by
// `npm run bench -- gateway` with and without; docs/gateway.md.
setFlagsFromString('--no-allocation-site-pretenuring');
// What little outlives a request is not worth threads that wait for each other: a sixth of the processor time with
// a candidate at 10 %, on cores that others use too.
setFlagsFromString('--no-parallel-scavenge');

runProcess('gateway', async () => {
  const config = loadProcessConfig();
  const logger = createLogger('gateway', config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const several = config.gatewayProcesses > 1 && cluster.isPrimary;
  const { port, adminPort, shutdown } = await (several
    ? new GatewayProcesses(config, logger).start()
    : startGateway(config, logger));
  logger.info({ port, adminPort }, 'gateway is up');
  return { shutdown, ready: { port, adminPort } };
});
