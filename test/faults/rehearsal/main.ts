import { writeFileSync } from 'node:fs';
import { redisIsAvailable } from '../../support/redis.ts';
import { INVARIANTS } from './invariants.ts';
import { rehearse } from './rehearse.ts';

/** `npm run test:faults -- --minutes 10 --seed 7 [--models 50] [--rate 150] [--logs FILE]` */
function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a number\n`);
  process.exit(2);
}

const seed = option('seed', Date.now() % 2 ** 31);
const minutes = option('minutes', 10);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const hasRedis = redisIsAvailable && seed % 2 === 1;
say(`seed ${seed}, ${minutes} minutes, jobs on ${hasRedis ? 'Redis' : 'PostgreSQL'}`);
const { violations, figures, logs, story } = await rehearse({
  ...{ seed, seconds: minutes * 60, models: option('models', 50), callersPerSecond: option('rate', 150) },
  ...{
    roundMs: 12_000,
    calmMs: 10_000,
    inForceMs: option('in-force', 5_000),
    endMs: option('end', 240) * 1_000,
    mustEnd: !process.argv.includes('--abort'),
    hasRedis,
    say,
  },
});
for (const [name, value] of Object.entries(figures)) say(`${String(value).padStart(8)} ${name}`);
const file = process.argv[process.argv.indexOf('--logs') + 1];
if (process.argv.includes('--logs') && file) writeFileSync(file, JSON.stringify({ logs, story }, null, 1));
for (const { invariant, what } of violations) say(`(${invariant}) ${INVARIANTS[invariant]}: ${what}`);
say(
  violations.length === 0
    ? 'all invariants held'
    : `${violations.length} violations; again: npm run test:faults -- --minutes ${minutes} --seed ${seed}`,
);
process.exit(violations.length === 0 ? 0 : 1);
