import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate, openDataSource, tokenStore } from '#libs/db';
import { issueToken, type Scope } from '#libs/engine';
import { freePort } from '#libs/processes';
import { startFaultyRelay } from '../../../support/databases/faulty-relay.ts';
import { Member } from './members.ts';
import { clockOfProcess } from '../places/clock.ts';
import { breakConnections } from '../places/connections.ts';
import { RehearsalDatabase } from '../places/database.ts';
import { diskOfProcess } from '../places/disk.ts';
import type { BreakablePlace } from '../places/places.ts';
import { RehearsalRedis } from '../places/redis.ts';

/** An installation of real processes, every connection of which leads through a relay. */
export interface RehearsalSite {
  readonly api: Member;
  readonly gateways: readonly Member[];
  readonly workers: readonly Member[];
  readonly members: readonly Member[];
  readonly database: RehearsalDatabase;
  /** But for model servers, of which each release adds its own. */
  readonly places: readonly BreakablePlace[];
  readonly token: string;
  close(): Promise<void>;
}

/** What a model server that says nothing costs a caller at most. */
export const UPSTREAM_TIMEOUT_MS = 3_000;

/** @param root the folder that has the build that is rehearsed */
export async function startRehearsalSite(hasRedis: boolean, root: string): Promise<RehearsalSite> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-rehearsal-'));
  const closing: (() => Promise<void> | void)[] = [() => rm(home, { recursive: true, force: true })];
  const places: BreakablePlace[] = [];
  const databasePort = await freePort();
  const database = await RehearsalDatabase.start(home, databasePort);
  closing.unshift(() => database.close());
  await migrate(database.url);
  const redis = hasRedis ? await RehearsalRedis.start() : null;
  if (redis) closing.unshift(() => redis.close());
  const relay = async (name: string, port: number) => {
    const one = await startFaultyRelay(port);
    closing.unshift(() => one.close());
    places.push({
      ...{ name, kind: 'connection', weight: 4 },
      begin: (kind, delayMs) => breakConnections(one, name, kind, delayMs),
    });
    return one;
  };
  const behind = async (who: string): Promise<Record<string, string>> => {
    const url = new URL(database.url);
    url.port = String((await relay(`${who} → database`, databasePort)).port);
    const env = { UNDERSTUDY_HOME: `${home}/central`, DATABASE_URL: url.href, RATE_LIMIT: '0' };
    if (!redis) return env;
    const toRedis = await relay(`${who} → redis`, redis.currentPort);
    redis.follow(toRedis);
    return { ...env, REDIS_URL: `redis://127.0.0.1:${toRedis.port}` };
  };
  await mkdir(`${home}/central`);
  const api = await Member.start('api', 'api', await behind('api'), root);
  const tokens = await openDataSource(database.url, 2);
  const token = async (...scopes: Scope[]) =>
    (await issueToken(tokenStore(tokens), { name: scopes.join('+'), scopes })).token;
  const workers: Member[] = [];
  for (const name of ['worker-1', 'worker-2']) {
    const clock = name === 'worker-2' ? clockOfProcess(name, `${home}/clock`) : null;
    if (clock) places.push(clock.place);
    const env = { ...(await behind(name)), ...clock?.env, SWEEP_MS: '500' };
    workers.push(await Member.start(name, 'worker', env, root));
  }
  const gateways: Member[] = [];
  for (const name of ['gateway-1', 'gateway-2']) {
    const small = name === 'gateway-1' ? diskOfProcess(name) : null;
    if (small) places.push(small.place);
    if (small) closing.push(() => small.disk.unmount());
    const env = {
      UNDERSTUDY_HOME: small?.disk.folder ?? `${home}/${name}`,
      API_URL: `http://127.0.0.1:${(await relay(`${name} → api`, api.port)).port}`,
      UNDERSTUDY_TOKEN: await token('gateway'),
      UPSTREAM_TIMEOUT_MS: String(UPSTREAM_TIMEOUT_MS),
      CANDIDATE_TIMEOUT_MS: '1000',
      ...{ GATEWAY_ADMIN_PORT: '0', GATEWAY_ID: name },
    };
    gateways.push(await Member.start(name, 'gateway', env, root));
  }
  const members = [api, ...workers, ...gateways];
  const admin = await token('admin');
  await tokens.destroy();
  return {
    ...{ api, gateways, workers, members, database, token: admin },
    places: [
      ...places,
      ...members.map((member) => member.place),
      ...database.places,
      ...(redis?.places ?? []),
    ],
    close: async () => {
      await Promise.all(members.map((member) => member.stop()));
      for (const close of closing) await close();
    },
  };
}
