import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mutant } from './mutant.ts';

/** What a test said of a mutant. */
export interface Outcome {
  readonly name: string;
  /** `broken`: the test did not run, or failed by something else than what it expects. */
  readonly what: 'caught' | 'survived' | 'broken';
  /** The breach, or what was wrong. */
  readonly by: string;
  readonly seconds: number;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}
interface Assertion {
  readonly status: string;
  readonly failureMessages: readonly string[];
}

const RUNS = 2_000;
const LONGEST_MS = 15 * 60_000;

/**
 * Runs the test that must be red on a mutant, in a jest of its own whose transform puts the mutant in; no file is changed.
 * @param root the checkout
 */
export async function runMutant(root: string, mutant: Mutant): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-mutant-'));
  const began = Date.now();
  const done = (what: Outcome['what'], by: string): Outcome => ({
    ...{ name: mutant.name, what, by, seconds: Math.round((Date.now() - began) / 1_000) },
  });
  try {
    const file = path.join(folder, 'results.json');
    const { test, only, runs = RUNS } = mutant.caughtBy;
    const args = ['--maxWorkers=1', '--json', `--outputFile=${file}`, ...(only ? ['-t', only] : []), test];
    const output = await jest(root, args, {
      MUTANT: JSON.stringify({ file: mutant.file, find: mutant.find, replace: mutant.replace }),
      MODEL_RUNS: String(runs),
      TEST_RESULTS: '',
    });
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return done('broken', `jest wrote no results: ${output.slice(-500)}`);
    return done(...verdictOf(JSON.parse(text) as Results));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A test that fails by its own expectation has caught it; one that cannot be run, or meets an error of the code, has not. */
export function verdictOf({
  numFailedTests,
  numPassedTests,
  testResults,
}: Results): [Outcome['what'], string] {
  const failures = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ failureMessages }) => failureMessages.join('\n'));
  if (numFailedTests === 0)
    return numPassedTests > 0
      ? ['survived', `${numPassedTests} tests are green`]
      : [
          'broken',
          `no test was run: ${testResults
            .map((one) => one.message)
            .join()
            .slice(0, 500)}`,
        ];
  const expected = failures.find((message) => EXPECTATION.test(message));
  return expected === undefined
    ? ['broken', (failures[0] ?? '').slice(0, 500)]
    : ['caught', breachIn(expected)];
}

const EXPECTATION = /Breach: |expect\(/;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** The sentence that says what is wrong. */
function breachIn(message: string): string {
  const plain = message.replace(COLOURS, '');
  const breach = /Breach: (.*)/.exec(plain)?.[1];
  const lines = plain.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => /^(Error: expect|Expected|Received|expect\()/.test(line)).slice(0, 3);
  const differs = lines.filter((line) => /^[-+] +\S/.test(line)).slice(0, 4);
  return (breach ?? (said.length > 0 ? said : differs).join('; ')).slice(0, 240);
}

function jest(root: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', ...args], {
      ...{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS },
      env: { ...process.env, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += String(part)));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
