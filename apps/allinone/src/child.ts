import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { RepeatedErrors } from '#libs/observe';

export type Role = 'api' | 'worker' | 'gateway' | 'xds';

const BOOT_MS = 60_000;
const STOP_MS = 20_000;
const FIRST_PAUSE_MS = 300;
const MOST_PAUSE_MS = 5_000;

/**
 * One of our processes, started again when it ends by itself. It has a process group of its own, so
 * that a Ctrl-C in the terminal reaches only us and we end things in order; it ends by itself when
 * we are killed, since the channel between us closes then.
 */
export class Child {
  private process: ChildProcess | null = null;
  private stopping = false;
  private pause = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | null = null;
  /** Says that it ended; while it goes on ending, once a minute. */
  private readonly ends: RepeatedErrors;

  constructor(
    readonly role: Role,
    private readonly home: string,
    private readonly environment: Record<string, string>,
    say: (line: string) => void,
  ) {
    this.ends = new RepeatedErrors((error, times) =>
      say(`${(error as Error).message}${times > 1 ? ` (${times} times)` : ''}`),
    );
  }

  get pid(): number | null {
    return this.process?.pid ?? null;
  }

  /** Starts it; resolves with what it says of itself once it is up. */
  async start(): Promise<{ port: number }> {
    const ready = await this.launch();
    // The port that was free on the first start is the one that others know.
    this.environment[`${this.role.toUpperCase()}_PORT`] = String(ready.port);
    return ready;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearTimeout(this.timer);
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(killer);
  }

  private launch(): Promise<{ port: number }> {
    const main = fileURLToPath(new URL(`../../${this.role}/src/main.js`, import.meta.url));
    const logFile = path.join(this.home, 'logs', `${this.role}.log`);
    mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
    const log = openSync(logFile, 'a');
    const logStart = statSync(logFile).size;
    const child = fork(main, [], {
      env: childEnvironment(this.environment),
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.process = child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), BOOT_MS);
      let up = false;
      child.on('message', (message: { kind?: string; port?: number }) => {
        if (message.kind !== 'ready') return;
        up = true;
        clearTimeout(timer);
        this.pause = FIRST_PAUSE_MS;
        resolve({ port: message.port ?? 0 });
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        if (this.stopping) return;
        if (up) this.restart(`${this.role} ended (${signal ?? `code ${String(code)}`}); starting it again`);
        else
          reject(
            new DomainError(
              'unavailable',
              'boot_failed',
              `${readFileSync(logFile).subarray(logStart).toString().trim() || `${this.role} did not start`}`,
            ),
          );
      });
    });
  }

  private restart(line: string): void {
    this.ends.note(new Error(line));
    this.timer = setTimeout(() => {
      this.launch().catch((error: unknown) => {
        if (!this.stopping)
          this.restart(`${this.role}: ${(error as Error).message.split('\n').at(-1) ?? ''}; trying again`);
      });
    }, this.pause);
    this.pause = Math.min(MOST_PAUSE_MS, this.pause * 2);
  }
}
