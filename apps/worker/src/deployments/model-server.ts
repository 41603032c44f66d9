import { statSync } from 'node:fs';
import path from 'node:path';
import { serverEnvironment } from '#libs/config';
import type { VersionRecord } from '#libs/engine';
import {
  claimUser,
  endRecordedServer,
  freePort,
  isSame,
  readServerRecord,
  releaseUser,
  type ServerRecord,
  serverRecordFile,
  type UserRange,
  writeServerRecord,
} from '#libs/processes';
import { anchorWords, fillCommand, wordsOf } from './command-template.ts';
import { keyText, type VersionKey } from './deployer.ts';
import { makeServerFolder, serversFolder } from './server-folder.ts';
import { assertReachable, findProgram, launch } from './server-launch.ts';
import { limitWords, type ServerLimits } from './server-limits.ts';
import { serverLog } from './server-log.ts';

export interface ModelServerSettings {
  /** Our data folder: records in `deployments/`, logs in `logs/models/`. */
  readonly home: string;
  readonly command: string;
  /** Each server gets one of these users; `null`: they run as ours. */
  readonly users: UserRange | null;
  readonly limits: ServerLimits;
  /** Names of variables of ours that servers get too. */
  readonly passOn: readonly string[];
}

const END_MS = 5_000;
const recordOf = (home: string, key: VersionKey): string => serverRecordFile(home, keyText(key));

/** The server that an earlier worker started for this version, if that very process still runs. */
export async function findRunning(home: string, key: VersionKey): Promise<ServerRecord | null> {
  const record = await readServerRecord(recordOf(home, key));
  return record && isSame(record.process) ? record : null;
}

/**
 * Starts a model server for an artifact (`null`: its command finds the files by itself) on a free port of 127.0.0.1 (the one it had before, when it
 * is free). It outlives a killed worker, runs as a user of its own where we may, in a folder of its own,
 * within limits, and with an environment that is made for it.
 */
export async function startServer(
  settings: ModelServerSettings,
  version: VersionRecord,
  artifact: string | null,
  lastUrl: string | null,
): Promise<ServerRecord> {
  const { home } = settings;
  const { PATH = '' } = serverEnvironment([], {});
  await endServer(home, version); // what is left of one that ended by itself
  const port = await freePort(lastUrl === null ? 0 : Number(new URL(lastUrl).port));
  const template = anchorWords(wordsOf(settings.command), isFile, (name) => path.resolve(name));
  const file = recordOf(home, version);
  const user = settings.users === null ? null : await claimUser(settings.users, { recordFile: file });
  try {
    if (user !== null) assertReachable(template, user, PATH);
    const servers = serversFolder(home, user !== null);
    const own = await makeServerFolder(servers, keyText(version), artifact, user);
    const source = sourceOf(version) ?? '';
    const values = { artifact: own.artifact ?? '', source, port: String(port), model: version.model };
    const process = await launch({
      words: fillCommand(template, { ...values, version: String(version.version) }),
      limits: limitWords(settings.limits, user !== null, {
        prlimit: findProgram('prlimit', PATH),
        setpriv: findProgram('setpriv', PATH),
      }),
      user,
      cwd: own.work,
      env: serverEnvironment(settings.passOn, {
        HOME: own.work,
        TMPDIR: own.temporary,
        PORT: String(port),
      }),
      logFile: serverLog(home, version),
    });
    const record = { process, url: `http://127.0.0.1:${port}`, user, folder: own.folder };
    await writeServerRecord(file, record);
    return record;
  } catch (error) {
    if (user !== null) await releaseUser(user, { recordFile: file });
    throw error;
  }
}

/** Ends what is recorded of a version's server, its folder and its user's processes too. */
export async function endServer(home: string, key: VersionKey): Promise<void> {
  const file = recordOf(home, key);
  const record = await readServerRecord(file);
  if (record) await endRecordedServer(file, record, END_MS);
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Where a version's files are, as whoever registered it said. */
export const sourceOf = ({ mlflow, artifact }: Pick<VersionRecord, 'mlflow' | 'artifact'>): string | null =>
  mlflow.source ?? artifact?.uri ?? null;
