import { histograms } from './audit/histograms.ts';
import { means } from './audit/means.ts';
import { rates } from './audit/rates.ts';
import { times } from './audit/times.ts';

/**
 * `npm run bench -- audit [streams] [rows] [rule]`: rows 8 to 14 of the audit, each with a candidate that is as good, one at the margin and a bad one, judged as
 * the gate does and by peers that take each request for independent. Shares with their Wilson intervals at 95 %; `rows`: `rates`, `times`, `histograms`, `means`; all. `rule`: of
 * `rates`, the one that is named alone.
 * Peers are stopped at the bounds of a gate: rollback of a good one 1.8 %, pass of one at the margin 5 %.
 */
const STREAMS = Number(process.argv[3] ?? 40);
const ROWS = { rates, times, histograms, means };
const wanted = process.argv[4];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`${STREAMS} streams for each figure; after: requests of both arms until the harm is found, the median`);
for (const [name, play] of Object.entries(ROWS))
  if (wanted === undefined || wanted === name) play(STREAMS, say, process.argv[5]);
