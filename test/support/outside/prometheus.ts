import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#libs/processes';

/** Debian's package, or whatever PROMETHEUS names. */
const PROGRAM = process.env['PROMETHEUS'] ?? 'prometheus';
/** Is there a real Prometheus here? */
export const HAS_PROMETHEUS = spawnSync(PROGRAM, ['--version']).status === 0;

/** A real Prometheus. */
export interface TestPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one that asks a target every second. @param target `host:port` @param metricsPath where its metrics are */
export async function startPrometheus(target: string, metricsPath = '/metrics'): Promise<TestPrometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-prometheus-'));
  const port = await freePort();
  const job = { job_name: 'us', metrics_path: metricsPath, static_configs: [{ targets: [target] }] };
  const config = path.join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  const server: ChildProcess = spawn(
    PROGRAM,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
