import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One of our processes: its built main file, packed (`packed/pack-processes.mjs`) or as shipped, in a process of its own. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Of a gateway: where its figures are. */
  readonly adminPort: number;
  /** What it wrote to standard error so far. */
  readonly stderr: () => string;
  /** The same, and what it wrote to standard output. */
  readonly output: () => string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Has a process tell where its transactions break the order of locks; the run fails by it (`global-teardown.mjs`). */
const recordArguments = (built: string, env: Readonly<Record<string, string>>): string[] => [
  ...imported(built, 'lock-order'),
  ...('STATEMENTS_FILE' in env ? imported(built, 'statements') : []),
];
const imported = (built: string, what: string): string[] => [
  '--import',
  pathToFileURL(path.join(built, `test/support/${what}/record-in-process.js`)).href,
];
/** Where the main files of a root's build are that tests start. Of another root's nothing is packed. */
export const builtFolder = (root: string = process.cwd()): string =>
  (path.resolve(root) === process.cwd() ? process.env['PACKED_PROCESSES'] : undefined) ??
  path.resolve(root, 'dist');
const PROBLEMS_VARIABLE = 'LOCK_ORDER_PROBLEMS';

/**
 * Forks `dist/<main>`; resolves once it says that it is up, rejects with what it wrote when it ends before.
 * @param root the folder that has `dist`
 */
export function startProcess(
  main: string,
  env: Record<string, string>,
  root: string = process.cwd(),
): Promise<TestProcess> {
  const recording = { [PROBLEMS_VARIABLE]: process.env[PROBLEMS_VARIABLE] };
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const built = builtFolder(root);
  const child = fork(path.join(built, main), [], {
    env: { ...inherited, LOG_LEVEL: 'warn', ...recording, ...env },
    // Data planes have no database.
    execArgv: /^apps\/(gateway|xds|kubernetes)\//.test(main) ? [] : recordArguments(built, env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let [stderr, stdout] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${main} ended with ${String(code)}: ${stderr}`)));
    child.on('message', (message: { kind?: string; port?: number; adminPort?: number }) => {
      if (message.kind !== 'ready') return;
      resolve({
        child,
        port: message.port ?? 0,
        adminPort: message.adminPort ?? 0,
        stderr: () => stderr,
        output: () => stdout + stderr,
        kill: async (signal) => {
          child.kill(signal);
          await ended;
        },
      });
    });
  });
}
