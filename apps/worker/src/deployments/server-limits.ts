import { readFileSync } from 'node:fs';

/** What one model server may use. */
export interface ServerLimits {
  /** Bytes of memory: of its processes together, and of each at once. */
  readonly memoryBytes: number;
  /** Open files of each process. */
  readonly openFiles: number;
  /** Processes and threads together, counted by user: only where it has one of its own. */
  readonly processes: number;
}

/** Programs that set limits; `null` where there are none. */
export interface LimitTools {
  readonly prlimit: string | null;
  readonly setpriv: string | null;
}

/**
 * The words in front of a server's command that bound it: util-linux's `prlimit` and `setpriv` where they
 * are, else a shell's `ulimit`. They replace themselves with the server, so that its pid is the one spawned.
 *
 * Memory is RLIMIT_DATA (private writable memory), since runtimes reserve far more address space than
 * they use. The deployer watches the sum over all processes besides.
 * @param most what this process itself may not exceed, by the name of `ulimit`'s option
 */
export function limitWords(
  limits: ServerLimits,
  hasOwnUser: boolean,
  tools: LimitTools,
  most: (what: 'data' | 'nofile' | 'nproc') => number = ownHardLimit,
): readonly string[] {
  const data = Math.min(limits.memoryBytes, most('data'));
  const files = Math.min(limits.openFiles, most('nofile'));
  const processes = hasOwnUser ? Math.min(limits.processes, most('nproc')) : null;
  const privileges = tools.setpriv === null ? [] : [tools.setpriv, '--no-new-privs', '--'];
  if (tools.prlimit !== null) {
    const counted = processes === null ? [] : [`--nproc=${processes}`];
    return [tools.prlimit, `--data=${data}`, `--nofile=${files}`, '--core=0', ...counted, ...privileges];
  }
  // bash says -u where others say -p.
  const counted = processes === null ? '' : `ulimit -u ${processes} 2>/dev/null || ulimit -p ${processes}; `;
  const script = `ulimit -c 0; ulimit -n ${files}; ulimit -d ${Math.floor(data / 1_024)}; ${counted}exec "$@"`;
  return ['/bin/sh', '-c', script, 'understudy', ...privileges];
}

const ROWS = { data: 'Max data size', nofile: 'Max open files', nproc: 'Max processes' };

/** The hard limit of this process; `Infinity`: none, or not to be known. */
function ownHardLimit(what: keyof typeof ROWS): number {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8')
      .split('\n')
      .find((one) => one.startsWith(ROWS[what]));
    const hard = line?.slice(ROWS[what].length).trim().split(/\s+/)[1];
    return hard === undefined || hard === 'unlimited' ? Infinity : Number(hard);
  } catch {
    return Infinity;
  }
}
