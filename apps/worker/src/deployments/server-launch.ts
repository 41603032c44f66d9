import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import { identify, isReadableByAll, type ProcessIdentity } from '#libs/processes';

export interface Launch {
  readonly words: readonly string[];
  /** Put in front of `words`; see `limitWords`. */
  readonly limits: readonly string[];
  readonly user: number | null;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** Is asked first when memory runs out: better a model server than one of ours. */
const OOM_SCORE = '500';

/**
 * Starts a program in a process group of its own. As another user, without any supplementary group (libuv
 * drops them with the ids); it inherits nothing but its log.
 */
export async function launch({ words, limits, user, cwd, env, logFile }: Launch): Promise<ProcessIdentity> {
  await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, 'a', 0o600);
  try {
    const all = [...limits, ...words];
    const child = spawn(all[0] ?? '', all.slice(1), {
      detached: true,
      stdio: ['ignore', log, log],
      cwd,
      env,
      ...(user === null ? {} : { uid: user, gid: user }),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const process = identify(child.pid ?? 0);
    if (!process) throw new Error(`the model server ended at once; its log is ${logFile}`);
    await writeFile(`/proc/${process.pid}/oom_score_adj`, OOM_SCORE).catch(() => undefined);
    return process;
  } finally {
    closeSync(log);
  }
}

/** The file that a program's name stands for; `null`: there is none. @param searched as PATH says it */
export function findProgram(name: string, searched: string): string | null {
  const candidates = name.includes('/')
    ? [path.resolve(name)]
    : searched.split(path.delimiter).map((folder) => path.join(folder, name));
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? null;
}

/**
 * Another user must be able to read the program and the files that the operator's template names.
 * @throws DomainError that names the first one that is closed to others
 */
export function assertReachable(words: readonly string[], user: number, searched: string): void {
  const [name = '', ...rest] = words;
  const program = findProgram(name, searched);
  const files = rest
    .map((word) => word.replace(/^-[^=]*=/, ''))
    .filter((word) => path.isAbsolute(word) && statSync(word, { throwIfNoEntry: false })?.isFile());
  const closed = [...(program === null ? [] : [program]), ...files].find((file) => !isReadableByAll(file));
  if (closed === undefined) return;
  throw new DomainError(
    'unavailable',
    'command_closed',
    `DEPLOYER_COMMAND names ${closed}, which the model server's own user (${user}) cannot read: the file or a folder above it is closed to others. Put it where all may read (below /opt, say), or set DEPLOYER_USERS=off, which trusts artifacts as much as yourself.`,
  );
}
