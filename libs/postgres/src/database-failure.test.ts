import { expect, it } from '@jest/globals';
import pg from 'pg';
import { databaseFailure, endsAllConnections } from './index.ts';

it.each([
  ['40P01', 'undone', false],
  ['40001', 'undone', false],
  ['25P03', 'undone', false],
  ['57P05', 'undone', false],
  ['25006', 'read-only', true],
  ['57P01', 'away', true],
  ['57P02', 'away', true],
  ['57P03', 'away', false],
  ['53300', 'away', false],
  ['ECONNREFUSED', 'away', false],
  ['23505', null, false],
  ['57014', 'too-long', false],
  ['53100', 'full', false],
  ['53200', 'full', false],
  ['3D000', 'away', false],
  ['55000', null, false],
])('%s is %s', (code, failure, all) => {
  expect(databaseFailure(Object.assign(new Error('x'), { code }))).toBe(failure);
  expect(databaseFailure({ driverError: { code } })).toBe(failure);
  expect(endsAllConnections(code)).toBe(all);
});

it.each([
  'Connection terminated unexpectedly',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Database connection provided by a query runner was already released, cannot continue to use its querying methods anymore.',
])('the driver says "%s": away', (words) => {
  expect(databaseFailure(new Error(words))).toBe('away');
});

it('a name that nobody knows is away: it may be known again', async () => {
  const client = new pg.Client({ host: 'nowhere.invalid', user: 'x' });
  const error: unknown = await client.connect().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(databaseFailure(error)).toBe('away');
});

it.each([
  ['08P01', 'query_wait_timeout', 'away'],
  ['08P01', 'server login has been failing, cached error: connect failed (server_login_retry)', 'away'],
  ['08P01', 'server conn crashed?', 'away'],
  ['08P01', 'pgbouncer cannot connect to server', 'away'],
  ['08P01', 'no more connections allowed (max_client_conn)', 'away'],
  ['08P01', 'no such database: u', 'away'],
  ['08P01', 'database "u" does not exist', 'away'],
  ['55000', 'database "u" is not currently accepting connections', 'away'],
  ['55000', 'currval of sequence "x" is not yet defined in this session', null],
  ['08P01', 'bind message supplies 1 parameters, but prepared statement "" requires 2', null],
])('%s "%s", as a pooler says: %s', (code, words, failure) => {
  expect(databaseFailure(Object.assign(new Error(words), { code }))).toBe(failure);
});

it.each([null, undefined, 'x', 7, new Error('no such model')])('%p is none', (error) => {
  expect(databaseFailure(error)).toBeNull();
});
