import type { EvidenceLog } from '../../../apps/xds/src/logs/evidence-log.ts';
import { startAdsServer } from '../../../apps/xds/src/ads-server.ts';
import { loadEnvoyMessages } from '../../../apps/xds/src/envoy-messages.ts';
import { Envoys } from '../../../apps/xds/src/envoys.ts';
import { OpenLogs } from '../../../apps/xds/src/logs/serve-logs.ts';
import type { LoggedRequest } from '../../../apps/xds/src/logs/logged-request.ts';
import type { XdsFigures } from '../../../apps/xds/src/xds-figures.ts';
import { createLogger } from '#libs/observe';
import type { Route } from '#libs/traffic';

/** The xDS server within this process: routes are turned over as often as a test likes. */
export interface TurnedXds {
  readonly port: number;
  readonly token: string;
  readonly envoys: Envoys;
  /** What Envoys log, as it arrives. */
  onLog(hear: (line: LoggedRequest) => void): void;
  stop(): Promise<void>;
}

const SECOND = 1_000;

export async function startTurnedXds(routes: readonly Route[], drainMs = 61 * SECOND): Promise<TurnedXds> {
  const logger = createLogger('turned-xds', 'error');
  const envoys = new Envoys(
    {
      ...{ connectTimeoutMs: SECOND, candidateTimeoutMs: SECOND, upstreamTimeoutMs: 30 * SECOND },
      ...{ primaryConcurrency: 1_000, candidateConcurrency: 1_000, authorities: '' },
      ...{ maxBufferedBytes: 1_000_000, idleTimeoutMs: 60 * SECOND },
    },
    drainMs,
    () => undefined,
  );
  envoys.follow(routes);
  let hear: (line: LoggedRequest) => void = () => undefined;
  const evidence = { open: () => ({ take: (line: LoggedRequest) => hear(line) }) };
  const token = 'token-of-the-xds-server';
  const server = await startAdsServer(
    {
      envoys,
      logger,
      messages: loadEnvoyMessages(),
      tokens: { check: () => Promise.resolve('yes') },
      figures: { taken: () => undefined, refused: () => undefined } as unknown as XdsFigures,
      logs: {
        ...{ evidence: evidence as unknown as EvidenceLog, streams: new OpenLogs(), logger },
        counted: () => undefined,
      },
      listen: { host: '127.0.0.1', port: 0 },
    },
    { host: '127.0.0.1', port: 0 },
  );
  return { port: server.port, token, envoys, onLog: (to) => (hear = to), stop: () => server.stop() };
}
