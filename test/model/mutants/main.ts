import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './all-mutants.ts';
import { runMutant } from './run-mutant.ts';

/**
 * `npm run test:mutants [name or kind …]`: runs every mutant, or those that are named, and says which test has caught it. Its exit
 * code is 1 when one has survived.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(
  ({ name, kind }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(String(kind)),
);
let uncaught = chosen.length === 0 ? 1 : 0;
for (const mutant of chosen) {
  const { what, by, seconds } = await runMutant(root, mutant);
  if (what !== 'caught') uncaught++;
  process.stdout.write(
    `${what.padEnd(8)} kind ${String(mutant.kind).padEnd(4)} ${mutant.name} (${seconds}s): ${by}\n`,
  );
}
process.stdout.write(`${chosen.length - uncaught} of ${chosen.length} mutants were caught\n`);
process.exitCode = uncaught > 0 ? 1 : 0;
