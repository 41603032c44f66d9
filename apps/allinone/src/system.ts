import path from 'node:path';
import type { Config } from '#libs/config';
import {
  assertDatabaseServes,
  migrate,
  openDataSource,
  resealSecrets,
  tokenStore,
  typeOrmUnitOfWork,
} from '#libs/db';
import { issueToken, type Scope } from '#libs/engine';
import { openPlace } from '#libs/event-exports';
import { DomainError } from '#libs/kernel';
import { keepLogsBounded } from '#libs/observe';
import { assertRedisKeepsJobs } from '#libs/queue';
import { secretBox, secretKeys } from '#libs/secrets';
import { Child, type Role } from './child.ts';
import { exportDaily } from './exports/daily-export.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import { ensureAdminToken, ensureGatewayToken, grantBrowserToken } from './first-tokens.ts';
import { lockHome } from './home-lock.ts';
import { endLeftoverServers } from './leftover-servers.ts';

/** Everything on one machine, running. */
export interface System {
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  /** Shown once, when it was made by this start. */
  readonly newAdminToken: string | null;
  readonly database: 'embedded' | 'DATABASE_URL';
  readonly queue: 'PostgreSQL' | 'Redis';
  /** A token for a helper on this machine, valid for a day. */
  issueToken(name: string, scopes: readonly Scope[]): Promise<string>;
  /** An admin's token for a browser of this machine, valid for a day; it is on the record. */
  browserToken(): Promise<string>;
  pidOf(role: 'api' | 'worker' | 'gateway'): number | null;
  /** Ends every process that was started, PostgreSQL last and cleanly. */
  stop(): Promise<void>;
}

const A_DAY_MS = 86_400_000;

/**
 * Starts PostgreSQL (unless DATABASE_URL names one), brings the schema up to date, and starts api,
 * worker and gateway, each in a process of its own, and starts again what ends by itself. When a step fails, what was
 * started is ended.
 * @param options `adminToken`: the caller shows it, one that is the first or another one. Left out, none is made: nobody would ever see it.
 */
export async function startSystem(
  config: Config,
  say: (line: string) => void,
  overrides: Record<string, string> = {},
  options: { readonly adminToken?: 'first' | 'another' } = {},
): Promise<System> {
  const undo: (() => Promise<void> | void)[] = [lockHome(config.home)];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    undo.push(keepLogsBounded(path.join(config.home, 'logs'), (error) => say(`logs: ${String(error)}`)));
    // Said before anything is started.
    if (config.eventExport) openPlace(config.eventExport.to, config.exportS3);
    const databaseUrl = config.databaseUrl ?? (await embedded(config, say, undo));
    if (config.redisUrl !== null) await assertRedisKeepsJobs(config.redisUrl);
    await assertDatabaseServes(databaseUrl).catch(throwAway);
    await migrate(databaseUrl).catch(throwAway);
    await resealed(config, databaseUrl);
    const gatewayToken = await withDatabase(databaseUrl, (dataSource) =>
      ensureGatewayToken(tokenStore(dataSource), config.home),
    );
    // The setting's is known from the first moment on.
    const admin = (another: boolean): Promise<string | null> =>
      withDatabase(databaseUrl, (dataSource) =>
        ensureAdminToken(typeOrmUnitOfWork(dataSource), { given: config.adminToken, another }),
      );
    if (config.adminToken !== null) await admin(false);
    undo.push(() => endLeftoverServers(config.home));

    const common = {
      ...overrides,
      UNDERSTUDY_HOME: config.home,
      DATABASE_URL: databaseUrl,
      REDIS_URL: config.redisUrl ?? '',
      UNDERSTUDY_ADMIN_TOKEN: '',
      UNDERSTUDY_TOKEN: '',
    };
    const child = async (
      role: Role,
      more: Record<string, string>,
    ): Promise<{ child: Child; port: number }> => {
      const started = new Child(role, config.home, { ...common, ...more }, say);
      undo.push(() => started.stop());
      return { child: started, ...(await started.start()) };
    };
    const api = await child('api', { API_PORT: String(config.apiPort) });
    const host = config.bind === '0.0.0.0' || config.bind === '::' ? '127.0.0.1' : config.bind;
    const apiUrl = `http://${host}:${api.port}`;
    // Any free port unless one is named: nobody but a monitor asks this worker, and its log says where it is.
    const workerPort = config.isWorkerPortSet ? config.workerPort : 0;
    const worker = await child('worker', { WORKER_PORT: String(workerPort) });
    // A gateway gets what it needs to know, and no more.
    const gateway = await child('gateway', {
      DATABASE_URL: '',
      REDIS_URL: '',
      API_URL: apiUrl,
      UNDERSTUDY_TOKEN: gatewayToken,
      GATEWAY_PORT: String(config.gatewayPort),
      GATEWAY_ID: config.gatewayId,
    });
    if (config.eventExport) undo.push(exportDaily(config.eventExport, common, say));
    if (config.xdsPort !== null) await child('xds', xdsEnvironment(config, apiUrl, gatewayToken));
    // Last of all: a start that fails makes no token that nobody has seen.
    const newAdminToken = options.adminToken ? await admin(options.adminToken === 'another') : null;
    const children = { api: api.child, worker: worker.child, gateway: gateway.child };

    return {
      apiUrl,
      gatewayUrl: `http://${host}:${gateway.port}`,
      newAdminToken,
      database: config.databaseUrl === null ? 'embedded' : 'DATABASE_URL',
      queue: config.redisUrl === null ? 'PostgreSQL' : 'Redis',
      issueToken: (name, scopes) =>
        withDatabase(databaseUrl, async (dataSource) => {
          const grant = { name, scopes, expiresAt: Date.now() + A_DAY_MS };
          return (await issueToken(tokenStore(dataSource), grant)).token;
        }),
      browserToken: () => browserTokenOf(databaseUrl),
      pidOf: (role) => children[role].pid,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const browserTokenOf = (databaseUrl: string): Promise<string> =>
  withDatabase(databaseUrl, (dataSource) => grantBrowserToken(typeOrmUnitOfWork(dataSource), A_DAY_MS));

/** As a gateway: it gets what it needs to know, and no more. */
const xdsEnvironment = (config: Config, apiUrl: string, token: string): Record<string, string> => ({
  ...{ DATABASE_URL: '', REDIS_URL: '', API_URL: apiUrl, UNDERSTUDY_TOKEN: token },
  ...{ XDS_PORT: String(config.xdsPort), GATEWAY_ID: `${config.gatewayId}/xds` },
});

async function embedded(
  config: Config,
  say: (line: string) => void,
  undo: (() => Promise<void> | void)[],
): Promise<string> {
  const database = await EmbeddedDatabase.start(config.home, say);
  undo.push(() => database.stop());
  return database.url;
}

/** After a key has been exchanged, nothing is left that only the old one opens. */
async function resealed(config: Config, databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, (dataSource) =>
    resealSecrets(dataSource, secretBox(secretKeys(config.secretsKeys, config.home))),
  );
}

async function withDatabase<T>(
  databaseUrl: string,
  work: (dataSource: Awaited<ReturnType<typeof openDataSource>>) => Promise<T>,
): Promise<T> {
  const dataSource = await openDataSource(databaseUrl, 1);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** @throws what `databaseAway` makes of it */
const throwAway = (error: unknown): never => {
  throw databaseAway(error);
};

function databaseAway(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined || !/^(E[A-Z]+|28|3D|57)/.test(code)) return error;
  return new DomainError(
    'unavailable',
    'database_unreachable',
    `The PostgreSQL of DATABASE_URL cannot be used (${message ?? code}). Start it, mend DATABASE_URL, or unset it to use the embedded one.`,
  );
}
