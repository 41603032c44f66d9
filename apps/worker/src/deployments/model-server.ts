import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { foreignEnvironment } from '#libs/config';
import { endProcess, freePort, identify, isSame, type ProcessIdentity } from '#libs/processes';
import type { VersionRecord } from '#libs/engine';
import { fillCommand } from './command-template.ts';
import { keyText, type VersionKey } from './deployer.ts';

export interface ModelServerSettings {
  /** Our data folder: records in `deployments/`, logs in `logs/models/`. */
  readonly home: string;
  readonly command: string;
}

/** A model server that runs: who it is, and where it answers. Kept on disk, so that a worker that was killed finds it again. */
export interface RunningServer {
  readonly process: ProcessIdentity;
  readonly url: string;
}

const END_MS = 5_000;
const recordFile = (home: string, key: VersionKey): string =>
  path.join(home, 'deployments', `${keyText(key)}.json`);

/** The server that an earlier worker started for this version, if that very process still runs. */
export async function findRunning(home: string, key: VersionKey): Promise<RunningServer | null> {
  const text = await readFile(recordFile(home, key), 'utf8').catch(() => null);
  if (text === null) return null;
  const record = JSON.parse(text) as RunningServer;
  return isSame(record.process) ? record : null;
}

/**
 * Starts a model server for an artifact on a free port of 127.0.0.1 (the one it had before, when it
 * is free). It gets a process group and a log file of its own, so that it outlives a killed worker,
 * and an environment without secrets.
 */
export async function startServer(
  settings: ModelServerSettings,
  version: VersionRecord,
  artifact: string,
  lastUrl: string | null,
): Promise<RunningServer> {
  const port = await freePort(lastUrl === null ? 0 : Number(new URL(lastUrl).port));
  const words = fillCommand(settings.command, {
    artifact,
    port: String(port),
    model: version.model,
    version: String(version.version),
  });
  const logFile = serverLog(settings.home, version);
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(words[0] ?? '', words.slice(1), {
      detached: true,
      stdio: ['ignore', log, log],
      env: foreignEnvironment(),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const process = identify(child.pid ?? 0);
    if (!process) throw new Error(`the model server ended at once; its log is ${logFile}`);
    const running = { process, url: `http://127.0.0.1:${port}` };
    await writeRecord(settings.home, version, running);
    return running;
  } finally {
    closeSync(log);
  }
}

export async function endServer(home: string, key: VersionKey, running: RunningServer): Promise<void> {
  await endProcess(running.process, END_MS);
  await rm(recordFile(home, key), { force: true });
}

export function serverLog(home: string, version: Pick<VersionRecord, 'model' | 'version'>): string {
  return path.join(home, 'logs', 'models', `${version.model}-${version.version}.log`);
}

/** The last line of a server's log, for people who ask why it ended. */
export async function lastLogLine(home: string, version: VersionRecord): Promise<string> {
  const text = await readFile(serverLog(home, version), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}

async function writeRecord(home: string, key: VersionKey, running: RunningServer): Promise<void> {
  const file = recordFile(home, key);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(running));
  await rename(`${file}.new`, file);
}
