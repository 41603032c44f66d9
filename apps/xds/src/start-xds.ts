import { randomInt } from 'node:crypto';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Config, required } from '#libs/config';
import {
  EvidenceCollector,
  faults,
  KeptRoutes,
  RouteAge,
  RouteFile,
  RouteStream,
  RouteTable,
} from '#libs/data-plane';
import { type EnvoyLimit, LIMIT_WORDS } from '#libs/envoy-config';
import { DomainError } from '#libs/kernel';
import {
  healthServer,
  listen,
  type Logger,
  Registry,
  type Shutdown,
  withProcessMetrics,
} from '#libs/observe';
import { readNamed } from '#libs/tls';
import { startAdsServer } from './ads-server.ts';
import { loadEnvoyMessages } from './envoy-messages.ts';
import { Envoys } from './envoys.ts';
import { EvidenceLog } from './logs/evidence-log.ts';
import { LogGaps } from './logs/log-gaps.ts';
import { OpenLogs } from './logs/serve-logs.ts';
import { PlaneReport } from './plane-report.ts';
import { TokenCheck } from './token-check.ts';
import { XdsFigures } from './xds-figures.ts';

const USUAL_PORT = 7404;
const USUAL_ADMIN_PORT = 7405;
const CONNECT_MS = 5_000;
const RESOLUTION = 2 ** 32;

/** Starts the xDS server: Envoys serve by the routes on its disk at once, and by the api's as soon as it hears of them. */
export async function startXds(
  config: Config,
  logger: Logger,
): Promise<{ port: number; adminPort: number; shutdown: Shutdown }> {
  const token = required(
    config.token,
    'UNDERSTUDY_TOKEN',
    'the xDS server needs a token with the scope "gateway" (POST /api/v1/tokens).',
  );
  faults.logTo(logger);
  if (config.upstreamTls.cert !== null)
    logger.warn('Envoy shows model servers no certificate: UPSTREAM_TLS_CERT has no effect here');
  const envoys = new Envoys(
    {
      connectTimeoutMs: Math.min(CONNECT_MS, config.candidateTimeoutMs),
      primaryConcurrency: config.upstreamConcurrency,
      candidateConcurrency: config.candidateConcurrency,
      authorities: authoritiesOf(config),
      candidateTimeoutMs: config.candidateTimeoutMs,
      upstreamTimeoutMs: config.upstreamTimeoutMs,
      maxBufferedBytes: config.maxBufferedBytes,
      idleTimeoutMs: config.requestTimeoutMs,
    },
    // To send a body that is held, and for the candidate to fail on it: then the primary is looked up.
    config.requestTimeoutMs + config.candidateTimeoutMs,
    (model, limits) => sayLimits(logger, model, limits),
  );
  const registry = withProcessMetrics(new Registry());
  const [evidence, gaps, streams] = [new EvidenceCollector(), new LogGaps(), new OpenLogs()];
  const figures = new XdsFigures(registry, { envoys, evidence, gaps });
  const file = new RouteFile(path.join(config.home, 'xds', 'routes.json'));
  const toKeep = () => ({ routes: routes.all(), receiptKey: routes.receiptKey });
  const kept = new KeptRoutes(file, toKeep, logger);
  const routes: RouteTable = new RouteTable(() => {
    envoys.follow(routes.all());
    kept.changed();
  });
  const known = await file.read();
  if (known?.receiptKey) routes.setReceiptKey(known.receiptKey);
  if (known) routes.apply(known.routes);
  const messages = loadEnvoyMessages();
  const tokens = new TokenCheck({ apiUrl: config.apiUrl, token });
  const bounds = { answerMs: config.candidateTimeoutMs, maxBufferedBytes: config.maxBufferedBytes };
  const logs = {
    ...{ evidence: new EvidenceLog(evidence, gaps, bounds), streams, logger },
    counted: (node: string, lines: number) => figures.logged(node, lines),
  };
  const ads = await startAdsServer(
    { envoys, messages, tokens, figures, logs, logger, listen: config.envoyListen },
    { host: config.bind, port: config.xdsPort ?? USUAL_PORT },
  );
  const age = new RouteAge();
  const admin = healthServer({
    metrics: registry,
    notReady: () => (routes.isFilled ? null : 'no routes yet: the api has not been reached'),
    details: () => details(envoys, age),
  });
  const adminPort = await listenAdmin(admin, config);
  const random = (): number => randomInt(RESOLUTION) / RESOLUTION;
  const stream = new RouteStream({ apiUrl: config.apiUrl, token }, routes, age, logger, random);
  const { refusals } = figures;
  const report = new PlaneReport({ config, token, envoys, evidence, logs: streams, refusals, logger });
  return {
    port: ads.port,
    adminPort,
    shutdown: async () => {
      admin.close();
      admin.closeAllConnections();
      await Promise.all([ads.stop(), stream.stop()]);
      await report.stop();
      await kept.stop();
    },
  };
}

/** Those of Node.js, and the installation's own. */
const authoritiesOf = ({ upstreamTls }: Config): string =>
  [
    ...rootCertificates,
    ...(upstreamTls.ca === null ? [] : [readNamed({ setting: 'UPSTREAM_TLS_CA', file: upstreamTls.ca })]),
  ].join('\n');

function sayLimits(logger: Logger, model: string, limits: readonly EnvoyLimit[]): void {
  for (const { of, why } of limits)
    logger.warn(
      { model, of, why },
      of === 'primary'
        ? `Envoy does not serve this model: ${LIMIT_WORDS[why]}`
        : `all callers of this model go to the primary: ${LIMIT_WORDS[why]}`,
    );
}

/** For people: who is connected, and what is refused. */
const details = (envoys: Envoys, age: RouteAge): string[] => [
  `routes were those of the database ${(age.ms / 1_000).toFixed(1)} s ago, as the api has said`,
  ...envoys
    .all()
    .map(({ node, session }) => `${node} is connected and serves ${session.served().size} models`),
  ...envoys.refused().map(({ node, what, why }) => `${node} refuses ${what}: ${why}`),
  ...envoys.limits().map(({ model, limit }) => `${model}: ${limit.of}: ${LIMIT_WORDS[limit.why]}`),
];

async function listenAdmin(
  server: ReturnType<typeof healthServer>,
  { xdsAdminPort, gatewayAdminBind: host }: Config,
): Promise<number> {
  const at = (port: number): Promise<number> => listen(server, port, host, 'XDS_ADMIN_PORT');
  if (xdsAdminPort !== null) return at(xdsAdminPort);
  try {
    return await at(USUAL_ADMIN_PORT);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'port_in_use') throw error;
    return at(0);
  }
}
