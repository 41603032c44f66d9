import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformFile } from '@swc/core';

const HERE = 'test/support/lock-order';
const RECORDER = ['statement-locks', 'lock-watch', 'record-locks', 'record-in-process'];

/** Makes what processes load before their main file, and the folder of this run where they write what is wrong. */
export async function recordLocksOfProcesses() {
  process.env.LOCK_ORDER_PROBLEMS = await mkdtemp(path.join(tmpdir(), 'understudy-locks-'));
  await mkdir(path.join('dist', HERE), { recursive: true });
  for (const name of RECORDER) {
    const { code } = await transformFile(path.join(HERE, `${name}.ts`), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    await writeFile(
      path.join('dist', HERE, `${name}.js`),
      code
        .replace(/(from '|import ')(\.[^']*)\.ts'/g, "$1$2.js'")
        .replace(/(from "|import ")(\.[^"]*)\.ts"/g, '$1$2.js"'),
    );
  }
}

/** Fails the run where a process broke the order; tests' own transactions fail their file (`record-in-tests.ts`). */
export async function assertLocksInOrder() {
  const folder = process.env.LOCK_ORDER_PROBLEMS;
  const problems = new Set();
  for (const file of await readdir(folder))
    for (const line of (await readFile(path.join(folder, file), 'utf8')).split('\n'))
      // The last line of a process that was killed may be cut off: the ones before it are whole.
      if (line.endsWith('"')) problems.add(JSON.parse(line));
  await rm(folder, { recursive: true, force: true });
  if (problems.size === 0) return;
  throw new Error(
    `Transactions break the order of locks (libs/db/src/work/lock-order.ts):\n\n${[...problems].join('\n\n')}`,
  );
}
