import { describe, expect, it } from '@jest/globals';
import { infoProblem, writeProblem } from './redis-problems.ts';

const INFO = `# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n# Replication\r\nrole:master\r\n# Cluster\r\ncluster_enabled:0\r\n`;
const but = (key: string, value: string): string =>
  INFO.replace(new RegExp(`${key}:\\S+`), `${key}:${value}`);

describe('what a Redis says of itself', () => {
  it.each<[what: string, info: string, code: string | null, mend: RegExp]>([
    ['all is well', INFO, null, /./],
    ['it says nothing', '', null, /./],
    ['Valkey', but('redis_version', '7.2.4\r\nserver_name:valkey'), null, /./],
    ['a cluster', but('cluster_enabled', '1'), 'redis_cluster', /is no cluster/],
    ['a cluster by its mode', but('redis_mode', 'cluster'), 'redis_cluster', /is no cluster/],
    ['a Sentinel', but('redis_mode', 'sentinel'), 'redis_sentinel', /primary that it watches/],
    [
      'a replica',
      but('role', 'slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379'),
      'redis_replica',
      /primary \(10\.0\.0\.1:6379\)/,
    ],
    ['an old one', but('redis_version', '4.0.14'), 'redis_too_old', /version 5 or newer/],
    [
      'one that evicts',
      but('maxmemory_policy', 'allkeys-lru'),
      'redis_evicts',
      /set maxmemory-policy noeviction/,
    ],
  ])('%s', (_what, info, code, mend) => {
    const problem = infoProblem(info);
    expect(problem?.code ?? null).toBe(code);
    if (problem) expect(problem.detail).toMatch(mend);
  });
});

it.each([
  ["READONLY You can't write against a read only replica.", 'redis_replica'],
  ["ERR Error running script: -READONLY You can't write", 'redis_replica'],
  ["NOPERM User default has no permissions to run the 'eval' command", 'redis_forbidden'],
  ['MISCONF Redis is configured to save RDB snapshots, but it is', 'redis_cannot_save'],
  ["OOM command not allowed when used memory > 'maxmemory'", 'redis_full'],
  ["ERR unknown command 'EVAL'", 'redis_without_scripts'],
  ['something new', 'redis_not_writable'],
])('a script that may not write: %s', (message, code) => {
  const problem = writeProblem(message);
  expect(problem.code).toBe(code);
  expect(problem.detail).toMatch(/or unset REDIS_URL to keep jobs in PostgreSQL\.$/);
});
