import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startCuttableDatabase } from '../support/databases/cuttable-database.ts';
import { eventually, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';
import { redisIsAvailable, startRedis } from '../support/databases/redis.ts';

/** Longer than a job's lock, an agenda's claim and a gateway's heartbeat; a minute in `npm run test:nightly`. */
const AWAY_MS = Number(process.env['AWAY_MS'] ?? 20_000);
const POLICY = {
  name: 'long',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.9 }],
};

const on = redisIsAvailable ? it : it.skip;
on(
  'api, worker, PostgreSQL and Redis away, under load: callers notice nothing, and no evidence is lost',
  async () => {
    const database = await startCuttableDatabase();
    let redis = await startRedis(['--appendonly', 'no']);
    const site = await startInstallation({ REDIS_URL: redis.url });
    const server = await startModelServer((_request, _body, response) => json(response, { ok: true }));
    const { api } = site;
    let callers: ReturnType<typeof startCallers> | null = null;
    const url = `${site.gatewayUrl}/models/m/x`;
    const register = (rollout: unknown) =>
      api.call('POST', '/models/m/versions', { servingUrl: server.url, createModel: true, rollout });
    const rolloutOf = async (id: string) => (await api.call('GET', `/rollouts/${id}`)).body;
    try {
      const first = (await register(true)).body['rollout'].id;
      await eventually(
        () => rolloutOf(first),
        (r) => r['state'] === 'succeeded',
      );
      const second = (await register({ policy: POLICY })).body['rollout'].id;
      await eventually(
        () => rolloutOf(second),
        (r) => typeof r['step']?.startedAt === 'string',
      );

      callers = startCallers(url, () => '{}', 200);
      await sleep(2_000);
      await Promise.all([api.process.kill('SIGKILL'), site.worker.kill('SIGKILL'), redis.stop()]);
      await database.stop();
      await sleep(AWAY_MS);
      const during = await callers.stop();
      expect(Object.keys(during.statuses)).toEqual(['200']);
      let asked = during.statuses['200'] ?? 0;
      expect(asked).toBeGreaterThan(AWAY_MS / 30);

      // Stopped and started again, with nobody to ask: it serves by its disk, both arms.
      await site.gateway.kill('SIGTERM');
      site.gateway = await site.startGateway();
      callers = startCallers(url, () => '{}', 200);
      await sleep(2_000);
      const after = await callers.stop();
      expect(Object.keys(after.statuses)).toEqual(['200']);
      expect(Object.keys(after.byVersion).sort()).toEqual(['1', '2']);
      asked += after.statuses['200'] ?? 0;

      await database.start();
      redis = await startRedis(['--appendonly', 'no'], Number(new URL(redis.url).port));
      await site.startApiAgain();
      site.worker = await site.startWorker();
      const counted = async (): Promise<number> => {
        const [step] = (await api.call('GET', `/rollouts/${second}/evidence`)).body['items'];
        return step.primary.requests + step.candidate.requests;
      };
      // Every caller of the whole time, each once.
      await eventually(counted, (n) => n >= asked, 60_000);
      await sleep(2_000);
      expect(await counted()).toBe(asked);
      const metrics = await (await fetch(`${site.gatewayUrl}/metrics`)).text();
      expect(metrics).toContain('understudy_gateway_evidence_lost_requests_total 0');
      expect((await rolloutOf(second))['state']).toBe('running');
    } finally {
      await callers?.stop();
      await site.close();
      await server.stop();
      await redis.stop();
      await database.close();
    }
  },
  300_000,
);
