import { writeFileSync } from 'node:fs';
import { redisIsAvailable } from '../../support/databases/redis.ts';
import { INVARIANTS } from './invariants/invariants.ts';
import { buildMutant } from './mutants/build-mutant.ts';
import { editsOf, mutantsOf } from './mutants/mutants.ts';
import { rehearse } from './rehearse.ts';
import { sceneNamed } from './scenes.ts';

/**
 * `npm run test:faults -- --minutes 10 --seed 7 [--models 50] [--rate 150] [--logs FILE]`: scenes by turns with faults that are drawn.
 * `--scenes`: each scene once; `--scene 'NAME; NAME'`: those. `--mutant NAME`: the scenes that aim at it, over a build with a mending undone, until
 * something falls (README.md).
 * An odd seed has jobs on Redis.
 */
function option(name: string, fallback: number): number {
  const text = textOption(name);
  const value = text === null ? fallback : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a number\n`);
  process.exit(2);
}
function textOption(name: string): string | null {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? '');
}

const seed = option('seed', Date.now() % 2 ** 31);
const minutes = option('minutes', 10);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const hasRedis = redisIsAvailable && seed % 2 === 1;
say(`seed ${seed}, ${minutes} minutes, jobs on ${hasRedis ? 'Redis' : 'PostgreSQL'}`);
const mutant = textOption('mutant');
const mutants = mutant === null ? [] : mutantsOf(mutant);
const build = mutant === null ? null : await buildMutant(process.cwd(), editsOf(mutants));
if (mutant !== null) say(`undone: ${mutant}`);
const aimed = [...new Set(mutants.flatMap(({ shownBy }) => shownBy))];
const named = textOption('scene');
const scenes =
  named !== null
    ? named.split('; ')
    : process.argv.includes('--scenes')
      ? 'only'
      : mutant === null
        ? 'turns'
        : aimed;
if (typeof scenes !== 'string') scenes.forEach(sceneNamed);
const { violations, figures, logs, story } = await rehearse({
  ...{
    seed,
    seconds: minutes * 60,
    models: option('models', mutant === null ? 50 : 6),
    callersPerSecond: option('rate', mutant === null ? 150 : 40),
  },
  ...{
    roundMs: 12_000,
    calmMs: 10_000,
    controlMs: 8_000,
    scenes,
    stopEarly: mutant !== null || process.argv.includes('--stop-early'),
    root: build?.root ?? process.cwd(),
    inForceMs: option('in-force', 5_000),
    endMs: option('end', 240) * 1_000,
    hasRedis,
    say,
  },
});
for (const [name, value] of Object.entries(figures)) say(`${String(value).padStart(8)} ${name}`);
await build?.remove();
const file = textOption('logs');
if (file) writeFileSync(file, JSON.stringify({ logs, story }, null, 1));
for (const { name, by } of mutants)
  if (by && !violations.some(({ invariant }) => invariant === by)) say(`${name} is not shown: (${by}) held`);
for (const { invariant, what } of violations) say(`(${invariant}) ${INVARIANTS[invariant]}: ${what}`);
say(
  violations.length === 0
    ? 'all invariants held'
    : `${violations.length} violations; again: npm run test:faults -- --minutes ${minutes} --seed ${seed}`,
);
process.exit(violations.length === 0 ? 0 : 1);
