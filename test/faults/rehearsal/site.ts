import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate, openDataSource, tokenStore } from '#libs/db';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { issueToken, type Scope } from '#libs/engine';
import { freePort } from '#libs/processes';
import { type FaultyRelay, startFaultyRelay } from '../../support/faulty-relay.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { Member } from './members.ts';
import type { Place } from './schedule.ts';

/** A PostgreSQL or a Redis that goes away and comes back at its port. */
export interface AwayServer {
  goAway(how: 'restart' | 'crash'): Promise<void>;
  comeBack(): Promise<void>;
}

/** An installation of real processes, every connection of which leads through a relay. */
export interface RehearsalSite {
  readonly api: Member;
  readonly gateways: readonly Member[];
  readonly members: ReadonlyMap<string, Member>;
  readonly relays: Map<string, FaultyRelay>;
  readonly servers: ReadonlyMap<string, AwayServer>;
  /** But for model servers, of which each release adds its own. */
  readonly places: readonly Place[];
  readonly token: string;
  close(): Promise<void>;
}

/** What a model server that says nothing costs a caller at most. */
export const UPSTREAM_TIMEOUT_MS = 3_000;

const place = (name: string, kind: Place['kind'], weight: number): Place => ({ name, kind, weight });

export async function startRehearsalSite(hasRedis: boolean): Promise<RehearsalSite> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-rehearsal-'));
  const databasePort = await freePort();
  let database: RunningPostgres | null = await startEmbeddedPostgres(`${home}/database`, databasePort);
  const { url: databaseUrl } = database;
  await migrate(databaseUrl);
  const redisPort = await freePort();
  const redisOptions = ['--appendonly', 'no'];
  let redis: TestRedis | null = hasRedis ? await startRedis(redisOptions, redisPort) : null;
  const relays = new Map<string, FaultyRelay>();
  const relay = async (name: string, port: number): Promise<number> => {
    const one = await startFaultyRelay(port);
    relays.set(name, one);
    return one.port;
  };
  const behind = async (who: string): Promise<Record<string, string>> => {
    const url = new URL(databaseUrl);
    url.port = String(await relay(`${who} → database`, databasePort));
    const queue = hasRedis
      ? { REDIS_URL: `redis://127.0.0.1:${await relay(`${who} → redis`, redisPort)}` }
      : {};
    return { UNDERSTUDY_HOME: `${home}/central`, DATABASE_URL: url.href, ...queue, RATE_LIMIT: '0' };
  };
  await mkdir(`${home}/central`);
  const api = await Member.start('api', 'api', await behind('api'));
  const tokens = await openDataSource(databaseUrl, 2);
  const token = async (...scopes: Scope[]) =>
    (await issueToken(tokenStore(tokens), { name: scopes.join('+'), scopes })).token;
  const gatewayEnv = async (name: string): Promise<Record<string, string>> => ({
    UNDERSTUDY_HOME: `${home}/${name}`,
    API_URL: `http://127.0.0.1:${await relay(`${name} → api`, api.port)}`,
    UNDERSTUDY_TOKEN: await token('gateway'),
    UPSTREAM_TIMEOUT_MS: String(UPSTREAM_TIMEOUT_MS),
    CANDIDATE_TIMEOUT_MS: '1000',
    ...{ GATEWAY_ADMIN_PORT: '0', GATEWAY_ID: name },
  });
  const workers = [];
  for (const name of ['worker-1', 'worker-2'])
    workers.push(await Member.start(name, 'worker', { ...(await behind(name)), SWEEP_MS: '500' }));
  const gateways = [];
  for (const name of ['gateway-1', 'gateway-2'])
    gateways.push(await Member.start(name, 'gateway', await gatewayEnv(name)));
  const all = [api, ...workers, ...gateways];
  const admin = await token('admin');
  await tokens.destroy();
  const servers = new Map<string, AwayServer>([
    [
      'database',
      {
        goAway: async (how) => {
          const running = database;
          database = null;
          if (how === 'crash') process.kill(running?.pid ?? 0, 'SIGKILL');
          await (how === 'crash' ? running?.ended : running?.stop());
        },
        comeBack: async () => void (database = await startEmbeddedPostgres(`${home}/database`, databasePort)),
      },
    ],
  ]);
  if (hasRedis)
    servers.set('redis', {
      goAway: async () => {
        await redis?.stop();
        redis = null;
      },
      comeBack: async () => void (redis = await startRedis(redisOptions, redisPort)),
    });
  return {
    ...{ api, gateways, relays, servers, token: admin },
    members: new Map(all.map((member) => [member.name, member])),
    places: [
      ...[...relays.keys()].map((name) => place(name, 'connection', 4)),
      ...all.map(({ name }) => place(name, 'process', 2)),
      ...[...servers.keys()].map((name) => place(name, 'server', 2)),
    ],
    close: async () => {
      for (const one of relays.values()) one.greetBy('server');
      await Promise.all(all.map((member) => member.stop()));
      await Promise.all([...relays.values()].map((one) => one.close()));
      await redis?.stop();
      await database?.destroy();
      await rm(home, { recursive: true, force: true });
    },
  };
}
