import { startBenchDatabase } from './database.ts';
import { type Figure, printFigures } from './figure.ts';
import { liveRollouts } from './live-rollouts.ts';
import { rollbackToGateways } from './engine/rollback-to-gateways.ts';

const ROUNDS = 120;
const LIVE_ROLLOUTS = 10_000;
const MEASURED_SECONDS = 20;
/** `npm run bench -- engine [rollback|live]` */
const [, , , part] = process.argv;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const postgres = await startBenchDatabase();
try {
  const figures: Figure[] = [];
  if (part !== 'live') {
    say(`engine: ${ROUNDS} rollbacks, api, worker and three gateways on this machine`);
    figures.push(...(await rollbackToGateways(ROUNDS, say)));
  }
  if (part !== 'rollback') {
    say(`engine: ${LIVE_ROLLOUTS} live rollouts, one worker`);
    figures.push(...(await liveRollouts(LIVE_ROLLOUTS, MEASURED_SECONDS, postgres.pid, say)));
  }
  printFigures(figures, say);
} finally {
  await postgres.destroy();
}
