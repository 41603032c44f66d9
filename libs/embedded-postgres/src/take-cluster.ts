import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '#libs/kernel';
import { isAlive } from '#libs/processes';
import { clusterFacts, postmasterFile, readPostmaster } from './cluster-facts.ts';
import { type ClusterHolder, clusterHolder } from './cluster-holder.ts';
import type { ClusterNote } from './cluster-note.ts';

const STOP_MS = 20_000;

/**
 * Makes a cluster's folder ready for a start: ends its own PostgreSQL, if one is left over. Nothing else is ever
 * stopped.
 * @throws DomainError when something else holds the folder, or its data may not fit together
 */
export async function takeCluster(data: string, note: ClusterNote | null): Promise<void> {
  const pid = readPostmaster(data)?.pid ?? 0;
  const holder = clusterHolder(clusterFacts(data, note));
  if (holder === 'free') return;
  if (holder === 'left-over') return endPostgres(pid);
  if (holder === 'stale') return disown(data);
  throw refusal(holder, data, pid, note);
}

function refusal(
  holder: Exclude<ClusterHolder, 'free' | 'left-over' | 'stale'>,
  data: string,
  pid: number,
  note: ClusterNote | null,
): DomainError {
  const file = postmasterFile(data);
  switch (holder) {
    case 'held':
      return new DomainError(
        'unavailable',
        'postgres_in_use',
        `The database in ${data} runs already (pid ${pid}), started by pid ${note?.starter?.pid ?? 'unknown'} for the data folder ${note?.home.path ?? 'unknown'}. End that one first (Ctrl-C there, or kill ${note?.starter?.pid ?? pid}).`,
      );
    case 'copied':
      return new DomainError(
        'unavailable',
        'postgres_copied_while_running',
        `The database in ${data} is a copy that was made while PostgreSQL ran in the original, or after it was killed there, so its files may not fit together. Stop the original (Ctrl-C) and copy it again. If you know that nothing ran while it was copied, remove ${file} and start again.`,
      );
    case 'unclear':
      return new DomainError(
        'unavailable',
        'postgres_unclear',
        `${file} names process ${pid}, which runs, and nothing here says whether it is the PostgreSQL of ${data}. If it is, end it (kill -INT ${pid}). If it is not, remove ${file}. Then start again.`,
      );
  }
}

/** A PostgreSQL that outlived a killed start still holds the folder: ask it to end. */
async function endPostgres(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited > STOP_MS)
      throw new DomainError(
        'unavailable',
        'postgres_left_over',
        `A PostgreSQL of an earlier start (pid ${pid}) does not end. End it by hand and start again.`,
      );
    await sleep(100);
  }
}

/**
 * PostgreSQL refuses to start while the process that `postmaster.pid` names runs, whatever that is; but not when it is its own
 * parent. The rest of the file stays: by it PostgreSQL finds out whether backends of the last run are still there.
 */
async function disown(data: string): Promise<void> {
  const file = postmasterFile(data);
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [process.pid, ...rest].join('\n'));
}
