import { fileURLToPath } from 'node:url';
import { NotFoundException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#libs/config';
import { basePathOf, DomainError, isOwnPath, withoutBasePath } from '#libs/kernel';
import type { Tracing } from '#libs/tracing';
import { answerHealth, type Logger, Registry, withProcessMetrics } from '#libs/observe';
import { Admission } from './access/admission.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { routeAccess } from './access/route-access.ts';
import { AppModule } from './app.module.ts';
import { nestLogger } from './nest-logger.ts';
import { apiHealth } from './http/api-health.ts';
import { answerUnreadable } from './http/problems/client-error.ts';
import { leadBelow } from './http/below-base-path.ts';
import { acceptBodies } from './http/bodies/bodies.ts';
import { EvidenceMetrics } from './gateways/evidence-metrics.ts';
import { RouteFeed } from './gateways/route-feed.ts';
import { ignoreTypeOfNothing } from './http/bodies/empty-body.ts';
import { serveDashboard } from './http/dashboard.ts';
import { serveDocsSite } from './http/docs-site.ts';
import { tellSenders } from './http/sender.ts';
import { secureHeaders } from './http/secure-headers.ts';
import { refuseUnknownPreconditions } from './http/preconditions.ts';
import { refuseUnknownQueryKeys } from './http/unknown-query-keys.ts';
import { traceRequests } from './http/trace-requests.ts';
import { ProblemFilter } from './http/problems/problem.filter.ts';
import { showProblemsToBrowsers } from './http/problems/problem-page.ts';
import { problemText } from './http/problems/problem.ts';
import { openApiDocument } from './openapi/document.ts';
import { refuseOtherMethods } from './openapi/method-not-allowed.ts';
import { SENDER_OF, type SenderOf, UNIT_OF_WORK, type UnitOfWork } from './ports.ts';

/** A name of 256 characters, each of them four bytes and so twelve characters of a URL. */
const LONGEST_PARAMETER = 256 * 12;
const BODY_LIMIT = 4 * 1024 * 1024;
/** What is below it is a handler's, and asks who calls. */
const API_PREFIX = '/api/v1/';

/** Builds the API of one process, not listening yet. */
export async function createApi(
  config: Config,
  databaseUrl: string,
  logger: Logger,
  tracing: Tracing | null = null,
): Promise<NestFastifyApplication> {
  const path = basePathOf(config.publicUrl ?? config.apiUrl);
  // Of PUBLIC_URL such a path is refused; API_URL is for gateways and the CLI too.
  const base = isOwnPath(path) ? '' : path;
  const adapter = new FastifyAdapter({
    // A proxy in front strips the path of the public URL, or does not.
    rewriteUrl: ({ url = '/' }) => withoutBasePath(url, base),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    clientErrorHandler: answerUnreadable,
    // What no handler is found for, since the URL itself cannot be read.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void reply
        .status(error.statusCode ?? 400)
        .type('application/problem+json')
        .send(problemText(error, request.url)),
    // A slash too many at the end, as people paste URLs, is the same place, with the same guards.
    routerOptions: { maxParamLength: LONGEST_PARAMETER, ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, databaseUrl, logger),
    adapter,
    {
      bodyParser: false,
      logger: nestLogger(logger),
      abortOnError: false,
    },
  );
  app.setGlobalPrefix('api/v1', { exclude: ['api/2.0/mlflow/*path'] });
  app.useGlobalFilters(new ProblemFilter(logger));
  app.enableShutdownHooks([]);

  const metrics = withProcessMetrics(new Registry());
  app.get(EvidenceMetrics).registerIn(metrics);
  const feed = app.get(RouteFeed);
  feed.registerIn(metrics);
  const health = { ...apiHealth(app.get<UnitOfWork>(UNIT_OF_WORK), feed), metrics };
  const fastify = adapter.getInstance();
  tellSenders(fastify, app.get<SenderOf>(SENDER_OF));
  if (tracing) traceRequests(fastify, tracing);
  noteRefusals(fastify, app.get(RefusalLog), metrics);
  await secureHeaders(app, config.publicUrl?.startsWith('https:') ?? false);
  leadBelow(fastify, base);
  showProblemsToBrowsers(fastify, base);
  ignoreTypeOfNothing(fastify);
  acceptBodies(fastify);
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    fastify.get(path, (request, reply) => {
      reply.hijack();
      answerHealth(health, request.raw, reply.raw);
    });
  }

  serveDashboard(fastify, fileURLToPath(new URL('../../dashboard', import.meta.url)), base);
  serveDocsSite(fastify, fileURLToPath(new URL('../../../docs', import.meta.url)), base);
  const document = openApiDocument(app, config.publicUrl);
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/openapi.json' });
  refuseOtherMethods(fastify, document);
  admitFirst(fastify, app.get(Admission));
  refuseUnknownQueryKeys(fastify, document);
  refuseUnknownPreconditions(fastify);
  await app.init();
  return app;
}

/** Written to the end once nobody is answered any more, and before the database is let go of. */
function noteRefusals(fastify: FastifyInstance, refusals: RefusalLog, metrics: Registry): void {
  refusals.registerIn(metrics);
  fastify.addHook('onResponse', (request, reply, done) => {
    refusals.note(request, reply);
    done();
  });
  fastify.addHook('onClose', () => refusals.end());
}

/** Nothing of a body is read before it is known who sends it, and that there is somebody to take it. */
function admitFirst(fastify: FastifyInstance, admission: Admission): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) throw new NotFoundException(`Cannot ${request.method} ${request.url}`);
    const access = routeAccess(request);
    if (access) await admission.admit(request, reply, access);
    else if (request.url.startsWith(API_PREFIX)) throw new Error(`nobody may call ${request.url}`);
  });
}

/** Starts to listen; a taken port is one clear error. */
export async function listenApi(app: NestFastifyApplication, config: Config): Promise<number> {
  try {
    await app.listen(config.apiPort, config.bind);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw error;
    throw new DomainError(
      'unavailable',
      'port_in_use',
      `Port ${config.apiPort} on ${config.bind} is in use. End what listens there, or set API_PORT to another port (0: any free one).`,
    );
  }
  const address = app.getHttpServer().address();
  return address && typeof address === 'object' ? address.port : config.apiPort;
}
