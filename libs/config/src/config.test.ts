import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { loadConfig } from './config.ts';

describe('configuration', () => {
  it('needs nothing to be set', () => {
    expect(loadConfig({})).toMatchObject({
      bind: '127.0.0.1',
      apiPort: 7400,
      gatewayPort: 7401,
      databaseUrl: null,
      redisUrl: null,
      apiUrl: 'http://127.0.0.1:7400',
    });
  });
  it('takes an empty variable as unset', () => expect(loadConfig({ REDIS_URL: '' }).redisUrl).toBeNull());
  it('lists every mistake in one error', () => {
    try {
      loadConfig({
        API_PORT: 'seven',
        DATABASE_URL: 'mysql://x',
        LOG_LEVEL: 'loud',
        DEPLOYER_COMMAND: 'serve',
      });
      throw new Error('accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      expect((error as DomainError).errors.map((e) => e.pointer).sort()).toEqual([
        'API_PORT',
        'DATABASE_URL',
        'DEPLOYER_COMMAND',
        'LOG_LEVEL',
      ]);
    }
  });
  it('cannot be changed', () => expect(Object.isFrozen(loadConfig({}))).toBe(true));
});
