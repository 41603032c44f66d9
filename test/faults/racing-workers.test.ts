import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { eventually } from '../support/installation.ts';
import { fateOf, startRacingSite } from '../support/racing-site.ts';
import { redisIsAvailable, startRedis, type TestRedis } from '../support/databases/redis.ts';

/** A multiple of four; 200 in `npm run test:nightly`. */
const MODELS = Number(process.env['RACING_MODELS'] ?? 12);
const KILL_EVERY_MS = 2_000;

type Outcome = { states: Record<string, string>; transitions: Record<string, string[]>; kills: number };

/**
 * Rollouts live at once under some workers of which one dies (`kill -9`) every two seconds.
 * @param interfere called once, in the middle
 */
async function race(
  workers: number,
  kills: boolean,
  env: Record<string, string>,
  interfere: (databaseUrl: string) => Promise<void> = async () => undefined,
): Promise<Outcome> {
  const site = await startRacingSite(MODELS, env);
  try {
    for (let i = 0; i < workers; i++) await site.startWorker();
    await site.registerAll();
    await eventually(
      () => site.states(1),
      (states) => Object.values(states).filter((state) => state === 'succeeded').length === MODELS,
      300_000,
    );
    await site.registerAll();
    const settled = async (): Promise<boolean> => {
      const states = Object.entries(await site.states(2));
      return states.length === MODELS && states.every(([model, state]) => state === fateOf(model));
    };
    let killed = 0;
    const until = performance.now() + 400_000;
    for (let beat = 0; !(await settled()); beat++) {
      if (performance.now() > until)
        throw new Error(`not settled: ${JSON.stringify(count(await site.states(2)))}`);
      await sleep(KILL_EVERY_MS);
      if (beat === 1) await interfere(site.url);
      if (!kills) continue;
      const [oldest] = site.workers;
      if (oldest) await site.kill(oldest, 'SIGKILL');
      killed++;
      await site.startWorker();
    }
    return { states: await site.states(2), transitions: await transitionsOf(site.query), kills: killed };
  } finally {
    await site.close();
  }
}

const count = (states: Record<string, string>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const state of Object.values(states)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

/** Every transition of every second version, in order, without what depends on time. */
async function transitionsOf(
  query: <T>(sql: string, parameters?: unknown[]) => Promise<T[]>,
): Promise<Record<string, string[]>> {
  const rows = await query<{ name: string; type: string; step: string | null }>(
    `SELECT m.name, e.type, e.data->>'step' AS step FROM event e
     JOIN rollout r ON r.id = e.rollout_id JOIN model m ON m.id = r.model_id
     WHERE r.version = 2 AND e.type <> 'rollout.judged' AND e.type NOT LIKE 'rollout.clock%' ORDER BY m.name, e.sequence`,
  );
  const found: Record<string, string[]> = {};
  for (const { name, type, step } of rows)
    (found[name] ??= []).push(step === null ? type : `${type} ${step}`);
  return found;
}

describe.each(['PostgreSQL', 'Redis'] as const)('workers that race and die, jobs on %s', (backend) => {
  const on = backend === 'Redis' && !redisIsAvailable ? it.skip : it;
  let redis: TestRedis | null = null;
  let env: Record<string, string> = {};
  let undisturbed: Outcome;
  beforeAll(async () => {
    if (backend === 'Redis' && !redisIsAvailable) return;
    if (backend === 'Redis') redis = await startRedis();
    env = redis ? { REDIS_URL: redis.url } : {};
    undisturbed = await race(1, false, env);
  }, 600_000);
  afterAll(async () => {
    await redis?.stop();
  });

  on('one undisturbed worker brings each rollout to its end, each transition once', () => {
    expect(count(undisturbed.states)).toEqual({
      succeeded: MODELS / 4,
      rolled_back: MODELS / 4,
      awaiting_approval: MODELS / 4,
      paused: MODELS / 4,
    });
    for (const [model, transitions] of Object.entries(undisturbed.transitions))
      expect([model, new Set(transitions).size]).toEqual([model, transitions.length]);
  });

  on.each([2, 5])(
    '%i workers, one killed every 2 s, and every job lost once: the same ends, the same transitions',
    async (workers) => {
      const outcome = await race(workers, true, env, async () => {
        if (!redis) return;
        const client = new Redis(redis.url);
        await client.flushall();
        client.disconnect();
      });
      expect(outcome.kills).toBeGreaterThanOrEqual(2);
      expect(outcome.states).toEqual(undisturbed.states);
      expect(outcome.transitions).toEqual(undisturbed.transitions);
    },
    900_000,
  );
});
