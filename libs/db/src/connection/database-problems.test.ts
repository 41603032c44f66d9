import { expect, it } from '@jest/globals';
import { databaseProblem, type DatabaseProof } from './database-problems.ts';

const GOOD: DatabaseProof = {
  version: 180_004,
  isReadOnly: false,
  keepsSession: true,
  keepsPrepared: true,
  role: 'understudy_app',
  wantedRole: 'understudy_app',
  statementMs: 15_000,
  wantedStatementMs: 15_000,
};

it.each<[string, Partial<DatabaseProof>, string | undefined]>([
  ['all that is needed', {}, undefined],
  ['a login without the role', { wantedRole: null, role: 'somebody' }, undefined],
  ['an old version', { version: 120_022 }, 'database_too_old'],
  ['a standby', { isReadOnly: true }, 'database_read_only'],
  ['another server process for the next transaction', { keepsSession: false }, 'database_pooled'],
  ['a prepared statement that is gone', { keepsPrepared: false }, 'database_pooled'],
  ['the record’s role lost', { role: 'postgres' }, 'database_role_lost'],
  ['a time-out lost', { statementMs: 0 }, 'database_settings_lost'],
])('%s', (_what, change, code) => {
  expect(databaseProblem({ ...GOOD, ...change })?.code).toBe(code);
});
