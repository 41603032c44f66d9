import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MUTANTS } from './all-mutants.ts';
import { BEYOND } from './mutant.ts';
import { runMutant, verdictOf } from './run-mutant.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** The same ones in each run of CI; `MUTANT_SEED=8` chooses others. All of them: `npm run test:mutants`. */
const SEED = Number(process.env['MUTANT_SEED'] ?? 7);
const MOST = 3;

describe('the mutants', () => {
  it.each(MUTANTS)('$name has its text once in $file', ({ file, find, replace, caughtBy }) => {
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    expect(source.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(existsSync(path.join(ROOT, caughtBy.test))).toBe(true);
  });

  it('have names of their own, and there is one for each kind', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    const kinds = new Set(MUTANTS.map(({ kind }) => kind));
    const numbered = Array.from({ length: 11 }, (_, i) => i + 1);
    for (const kind of [...numbered, 'also', ...BEYOND] as const)
      expect([kind, kinds.has(kind)]).toEqual([kind, true]);
  });

  it('are named by the invariants that catch them', () => {
    const known = new Set(MUTANTS.map(({ name }) => name));
    const folder = path.join(ROOT, 'test/model');
    const named: string[] = [];
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (one) => one.endsWith('.ts') && !one.startsWith('mutants'),
    )) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      for (const [, list = ''] of text.matchAll(/Mutants?:? ([^.]*)\./gi))
        for (const [, name = ''] of list.matchAll(/`([a-z-]+)(?=`)/g)) {
          expect([file, name, known.has(name)]).toEqual([file, name, true]);
          named.push(name);
        }
    }
    // Those that no invariant names are caught by tests that their own entry names.
    expect(named.length).toBeGreaterThan(30);
  });

  it('are listed in docs/mutants.md, each with what it takes back', () => {
    const rows = readFileSync(path.join(ROOT, 'docs/mutants.md'), 'utf8').split('\n');
    const listed = rows.filter((row) => /^\| (?:\d+|[a-z]+) \| `/.test(row)).map((row) => row.split('`')[1]);
    expect([...listed].sort()).toEqual(MUTANTS.map(({ name }) => name).sort());
  });

  it('of each kind are in the table of property tests, which generate their inputs', () => {
    const rows = readFileSync(path.join(ROOT, 'docs/mutants.md'), 'utf8')
      .split('\n')
      .filter((row) => /^\| \d+ \| [^`]/.test(row))
      .map((row) => row.split('|').map((cell) => cell.trim()));
    expect(rows.map(([, kind]) => Number(kind))).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
    const quoted = (cell = ''): readonly string[] =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
    for (const [, kind, , , tests, mutants] of rows) {
      const files = quoted(tests);
      expect([kind, files.length > 0, quoted(mutants).length > 0]).toEqual([kind, true, true]);
      for (const file of files)
        expect([file, readFileSync(path.join(ROOT, file), 'utf8').includes('fc.assert')]).toEqual([
          file,
          true,
        ]);
      for (const name of quoted(mutants)) {
        const mutant = MUTANTS.find((one) => one.name === name);
        expect([name, String(mutant?.kind), files.includes(mutant?.caughtBy.test ?? '')]).toEqual([
          ...[name, kind, true],
        ]);
      }
    }
  });

  const cheap = MUTANTS.filter(({ caughtBy }) => !caughtBy.test.startsWith('test/'));
  const some = fc.sample(fc.shuffledSubarray(cheap, { minLength: MOST, maxLength: MOST }), {
    numRuns: 1,
    seed: SEED,
  })[0];
  it.each(some ?? [])(
    `$name is caught (MUTANT_SEED=${SEED})`,
    async (mutant) => {
      expect(await runMutant(ROOT, mutant)).toMatchObject({ what: 'caught' });
    },
    300_000,
  );
});

it('a test that is red by an error of the code, or that is not there, has caught nothing', () => {
  const result = (failureMessages: string[]) => ({
    ...{ numFailedTests: failureMessages.length, numPassedTests: 1 },
    testResults: [{ message: '', assertionResults: [{ status: 'failed', failureMessages }] }],
  });
  expect(verdictOf(result(['TypeError: x is not a function']))[0]).toBe('broken');
  expect(verdictOf(result(['Property failed … Breach: two live rollouts']))).toEqual([
    'caught',
    'two live rollouts',
  ]);
  expect(verdictOf({ numFailedTests: 0, numPassedTests: 3, testResults: [] })[0]).toBe('survived');
  expect(verdictOf({ numFailedTests: 0, numPassedTests: 0, testResults: [] })[0]).toBe('broken');
});
