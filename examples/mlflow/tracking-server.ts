import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/processes';
import { installPython } from './python-packages.ts';

const PACKAGES = ['mlflow==3.17.2', 'psycopg2-binary==2.9.13'];

/** @returns the Python that has MLflow */
export const installMlflow = (say: (line: string) => void): string =>
  path.join(installPython('mlflow', PACKAGES, say), 'python');

/**
 * MLflow's own server, with as many workers as it has by default.
 * @param store what it keeps its registry in: `sqlite:///…` or `postgresql://…`
 */
export async function startMlflow(
  python: string,
  store: string,
  folder: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)];
  const kept = ['--backend-store-uri', store, '--default-artifact-root', `${folder}/artifacts`];
  // A process group of its own: its workers are processes too.
  const child: ChildProcess = spawn(python, [...args, ...kept], {
    stdio: 'ignore',
    detached: true,
    cwd: folder,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  for (let i = 0; i < 600 && child.exitCode === null; i++) {
    const up = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return { url, stop };
    await sleep(200);
  }
  await stop();
  throw new Error('the MLflow server did not start');
}
