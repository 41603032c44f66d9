import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { loadConfig } from './config.ts';
import { SETTINGS } from './reading/to-config.ts';
import { isSecretSetting } from './secrets-of.ts';

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

describe('blanks in settings', () => {
  const apart = (name: string): boolean => /^(SECRETS_KEY$|OTEL_)/.test(name);
  it.each(SETTINGS.filter((name) => !apart(name)))('%s of blanks only is refused by name', (name) => {
    for (const blanks of [' ', '\t', '\n', ' \r\n '])
      expect(() => loadConfig({ [name]: blanks })).toThrow(new RegExp(`${name}: only blanks`));
  });

  it.each(SETTINGS.filter((name) => isSecretSetting(name) && !apart(name)))(
    '%s with a line break at its end is refused, and not shown',
    (name) => {
      const refused = (): unknown => loadConfig({ [name]: 'us_planted-secret\n' });
      expect(refused).toThrow(new RegExp(`${name}: begins or ends with`));
      expect(refused).not.toThrow(/planted/);
    },
  );

  it('are told together with every other mistake, and once for a setting', () => {
    const mistakesOf = (env: Record<string, string>) => {
      try {
        loadConfig(env);
      } catch (error) {
        return (error as DomainError).errors.map(({ pointer }) => pointer).sort();
      }
      return [];
    };
    const env = { REDIS_URL: ' ', SESSION_HOURS: '\n', LOG_LEVEL: 'loud', API_PORT: 'seven' };
    expect(mistakesOf(env)).toEqual(['API_PORT', 'LOG_LEVEL', 'REDIS_URL', 'SESSION_HOURS']);
    expect(mistakesOf({ UNDERSTUDY_ADMIN_TOKEN: 'short\n' })).toEqual(['UNDERSTUDY_ADMIN_TOKEN']);
  });

  it('around a value are taken away', () => {
    const config = loadConfig({
      API_PORT: '7400\n',
      GATEWAY_ID: ' west \r\n',
      PUBLIC_URL: 'https://h.example/\n',
    });
    expect(config).toMatchObject({ apiPort: 7_400, gatewayId: 'west', publicUrl: 'https://h.example' });
  });
});
