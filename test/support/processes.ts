import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** One of our processes as it is shipped: the built main file, in a process of its own. */
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

/** Forks `dist/<main>`; resolves once it says that it is up, rejects with what it wrote when it ends before. */
export function startProcess(main: string, env: Record<string, string>): Promise<TestProcess> {
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const child = fork(path.resolve('dist', main), [], {
    env: { ...inherited, LOG_LEVEL: 'warn', ...env },
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
