import { DomainError } from '#libs/kernel';

/** The oldest that BullMQ runs on. */
const OLDEST = 5;
const INSTEAD = 'or unset REDIS_URL to keep jobs in PostgreSQL';

const problem = (code: string, detail: string): DomainError => new DomainError('unavailable', code, detail);

/**
 * What a Redis says of itself (`INFO`) that jobs cannot live with. What it does not say is no problem: managed ones
 * hide some of it. Pure.
 * @returns `null`: nothing
 */
export function infoProblem(info: string): DomainError | null {
  const says = (key: string): string | undefined => new RegExp(`^${key}:(\\S+)`, 'm').exec(info)?.[1];
  const version = says('redis_version');
  const policy = says('maxmemory_policy');
  if (says('redis_mode') === 'sentinel') {
    return problem(
      'redis_sentinel',
      `REDIS_URL names a Sentinel, which keeps no data. Name the primary that it watches, ${INSTEAD}.`,
    );
  }
  if (says('redis_mode') === 'cluster' || says('cluster_enabled') === '1') {
    return problem(
      'redis_cluster',
      `Redis at REDIS_URL is a Redis Cluster, and jobs need all their keys on one server. Name a Redis that is no cluster (cluster-enabled no), ${INSTEAD}.`,
    );
  }
  if (says('role') === 'slave' || says('role') === 'replica') {
    return problem(
      'redis_replica',
      `Redis at REDIS_URL is a read-only replica. Name its primary${primaryOf(says)}, ${INSTEAD}.`,
    );
  }
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST) {
    return problem(
      'redis_too_old',
      `Redis at REDIS_URL has version ${version}. Name one of version ${OLDEST} or newer, ${INSTEAD}.`,
    );
  }
  if (policy !== undefined && policy !== 'noeviction') {
    return problem(
      'redis_evicts',
      `Redis at REDIS_URL has maxmemory-policy "${policy}", which may drop jobs. Set it to noeviction (redis-cli config set maxmemory-policy noeviction), ${INSTEAD}.`,
    );
  }
  return null;
}

function primaryOf(says: (key: string) => string | undefined): string {
  const [host, port] = [says('master_host'), says('master_port')];
  return host === undefined || port === undefined ? '' : ` (${host}:${port})`;
}

/** Why a Redis does not let a script write. Pure. */
export function writeProblem(message: string): DomainError {
  const [code, mend] =
    WRITE_PROBLEMS.find(([sign]) => sign.test(message))?.slice(1) ?? WRITE_PROBLEMS_OTHERWISE;
  return problem(
    code as string,
    `Redis at REDIS_URL does not let a script write (${message}). ${mend as string}, ${INSTEAD}.`,
  );
}

const WRITE_PROBLEMS: readonly (readonly [RegExp, string, string])[] = [
  [/READONLY/, 'redis_replica', 'Name the primary of this replica'],
  [
    /NOPERM/,
    'redis_forbidden',
    'Give its user the commands and keys of jobs (redis-cli acl setuser <user> +@all ~*)',
  ],
  [/MISCONF/, 'redis_cannot_save', 'Mend what keeps it from saving to its disk (its log says what)'],
  [/OOM/, 'redis_full', 'Give it more memory (redis-cli config set maxmemory <bytes>)'],
  [/unknown command/i, 'redis_without_scripts', 'Name a Redis that has EVAL'],
];
const WRITE_PROBLEMS_OTHERWISE = ['redis_not_writable', 'Make it writable'] as const;
