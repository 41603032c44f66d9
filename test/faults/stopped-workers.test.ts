import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually } from '../support/installation.ts';
import { fateOf, startRacingSite } from '../support/racing-site.ts';

const MODELS = 40;
/** Longer than a job's lock, an agenda's claim, and what PostgreSQL leaves a transaction. */
const STOPPED_MS = 11_000;
/** How often one of the three is stopped; 6 in `npm run test:nightly`, when most have nothing to do any more. */
const STOPS = Number(process.env['WORKER_STOPS'] ?? 4);

let site: Awaited<ReturnType<typeof startRacingSite>>;
beforeEach(async () => {
  site = await startRacingSite(MODELS, {});
});
afterEach(() => site.close());

const allEnded = (states: Record<string, string>): boolean =>
  Object.keys(states).length === MODELS &&
  Object.entries(states).every(([model, state]) => state === fateOf(model));
const primariesServe = (states: Record<string, string>): boolean =>
  Object.values(states).filter((state) => state === 'succeeded').length === MODELS;

/** A second one of these, or anything after an end, would be a stale write. */
async function expectNoStaleWrites(): Promise<void> {
  const doubled = await site.query(
    `SELECT rollout_id, type, data->>'step' FROM event
     WHERE type IN ('rollout.advanced', 'rollout.promoted', 'rollout.succeeded', 'rollout.rolled_back', 'rollout.paused')
     GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  );
  expect(doubled).toEqual([]);
  const afterTheEnd = await site.query(
    `SELECT e.* FROM event e JOIN event ended ON ended.rollout_id = e.rollout_id AND ended.sequence < e.sequence
     WHERE ended.type IN ('rollout.succeeded', 'rollout.rolled_back')`,
  );
  expect(afterTheEnd).toEqual([]);
}

it('workers that are stopped in the middle of their work, overtaken, and continued write nothing stale', async () => {
  for (let i = 0; i < 3; i++) await site.startWorker();
  await site.registerAll();
  await eventually(() => site.states(1), primariesServe, 300_000);
  await site.registerAll();
  const stopped: Promise<void>[] = [];
  const workers = [...site.workers];
  for (let i = 0; i < STOPS; i++) {
    const { child } = workers[i % workers.length]!;
    child.kill('SIGSTOP');
    stopped.push(sleep(STOPPED_MS).then(() => void child.kill('SIGCONT')));
    // Two of the three at most are stopped at any time.
    await sleep(STOPPED_MS / 2 + 137 * i);
  }
  await Promise.all(stopped);
  await eventually(() => site.states(2), allEnded, 300_000);
  await sleep(2_000);
  expect(allEnded(await site.states(2))).toBe(true);
  await expectNoStaleWrites();
}, 900_000);

it('workers whose clocks are ten minutes apart advance nothing early, and nothing late', async () => {
  const preload = pathToFileURL(path.resolve('test/support/skewed-clock.mjs')).href;
  for (const minutes of [-10, 10])
    await site.startWorker({
      NODE_OPTIONS: `--import=${preload}`,
      SKEW_MS: String(minutes * 60_000),
    });
  await site.registerAll();
  await eventually(() => site.states(1), primariesServe, 300_000);
  await site.registerAll();
  await eventually(() => site.states(2), allEnded, 300_000);
  const steps = await site.query<{ took: number; step: number }>(
    `SELECT extract(epoch FROM next.at)::float8 - (e.data->>'since')::float8 / 1000 AS took, (e.data->>'step')::int AS step
     FROM event e JOIN rollout r ON r.id = e.rollout_id AND r.version = 2
     JOIN LATERAL (SELECT * FROM event n WHERE n.rollout_id = e.rollout_id AND n.sequence > e.sequence
       AND n.type IN ('rollout.advanced', 'rollout.promoted', 'rollout.succeeded') ORDER BY n.sequence LIMIT 1) next ON true
     WHERE e.type = 'rollout.step_started'`,
  );
  expect(steps.length).toBeGreaterThan(MODELS * 2);
  // The least durations of the site's policy: 1 s of shadow, 2 s of each canary, 2 s of bake.
  for (const { took, step } of steps) expect(took).toBeGreaterThanOrEqual(step === 0 ? 1 : 2);
  await expectNoStaleWrites();
}, 900_000);
