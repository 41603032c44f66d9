import { freePort } from '#libs/processes';
import type { BreakablePlace } from '../places/places.ts';
import { startProcess, type TestProcess } from '../../../support/processes.ts';

/** A process of ours that is killed and started again, always at the same port. */
export class Member {
  private process: TestProcess | null = null;
  /** Of the processes before, too. */
  private said = '';

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly main: string,
    private readonly env: Record<string, string>,
    private readonly root: string,
  ) {}

  /** @param root the folder that has the build that it runs */
  static async start(
    name: string,
    app: 'api' | 'worker' | 'gateway',
    env: Record<string, string>,
    root: string,
  ): Promise<Member> {
    const port = await freePort();
    const portName = `${app.toUpperCase()}_PORT`;
    const all = { ...env, [portName]: String(port) };
    const member = new Member(name, port, `apps/${app}/src/main.js`, all, root);
    await member.start();
    return member;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Tried again while it cannot start, as systemd does: what it needs may be away. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.process = await startProcess(this.main, this.env, this.root);
        return;
      } catch (error) {
        this.said += `${String(error)}\n`;
        if (attempt === 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.process?.child.kill(name);
  }

  async kill(): Promise<void> {
    const { process } = this;
    this.process = null;
    this.said += process?.output() ?? '';
    await process?.kill('SIGKILL');
  }

  get place(): BreakablePlace {
    return {
      ...{ name: this.name, kind: 'process', weight: 2 },
      begin: async (kind) => {
        if (kind === 'kill') {
          await this.kill();
          return () => this.start();
        }
        this.signal('SIGSTOP');
        return () => this.signal('SIGCONT');
      },
    };
  }

  /** What it wrote, over all of its lives. */
  output(): string {
    return this.said + (this.process?.output() ?? '');
  }

  /** @returns the exit code, or the signal */
  async stop(): Promise<number | string | null> {
    const { process } = this;
    if (!process) return null;
    await process.kill('SIGTERM');
    return process.child.exitCode ?? process.child.signalCode;
  }
}
