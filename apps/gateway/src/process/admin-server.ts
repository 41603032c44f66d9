import type { Server } from 'node:http';
import type { Config } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { type Health, healthServer, listen, type Logger } from '#libs/observe';

/** Where monitors ask for figures, unless `GATEWAY_ADMIN_PORT` says otherwise. */
const USUAL_PORT = 7403;
const MOST_CONNECTIONS = 64;

/**
 * Answers `/metrics`, with models' names, and `/healthz`, `/readyz` on a port that callers do not reach. Where
 * no port was asked for and the usual one is taken, as by a second gateway of this machine, any free one serves.
 */
export async function startAdminServer(
  config: Pick<Config, 'gatewayAdminPort' | 'gatewayAdminBind'>,
  health: Health,
  logger: Logger,
): Promise<{ port: number; close: () => void }> {
  const { gatewayAdminPort: asked, gatewayAdminBind: host } = config;
  const at = async (port: number): Promise<{ server: Server; port: number }> => {
    const server = healthServer(health);
    server.maxConnections = MOST_CONNECTIONS;
    return { server, port: await listen(server, port, host, 'GATEWAY_ADMIN_PORT') };
  };
  const atUsualOrAny = async (): Promise<{ server: Server; port: number }> => {
    try {
      return await at(USUAL_PORT);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'port_in_use') throw error;
      return at(0);
    }
  };
  const started = asked === null ? await atUsualOrAny() : await at(asked);
  if (asked === null && started.port !== USUAL_PORT)
    logger.warn({ port: started.port }, `port ${USUAL_PORT} is in use; figures are on another one`);
  return {
    port: started.port,
    close: () => {
      started.server.close();
      started.server.closeAllConnections();
    },
  };
}
