import { expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { serverEnvironment } from './deployer-config.ts';

it('gives a program what it needs, and nothing by accident', () => {
  const ours = {
    ...{
      PATH: '/bin',
      HOME: '/root',
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://x',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
    ...{ UNDERSTUDY_TOKEN: 'us_x', GPU: '0,1', LANG: 'C' },
  };
  expect(serverEnvironment(['GPU', 'MISSING'], { HOME: '/own', PORT: '1' }, ours)).toEqual({
    ...{ PATH: '/bin', LANG: 'C', HOME: '/own', PORT: '1', GPU: '0,1' },
  });
});

it.each([
  ['DEPLOYER_ENV', 'DATABASE_URL'],
  ['DEPLOYER_ENV', 'GPU,UNDERSTUDY_ADMIN_TOKEN'],
  ['DEPLOYER_ENV', 'SECRETS_KEY'],
  ['DEPLOYER_ENV', 'A=1'],
  ['DEPLOYER_USERS', '0-10'],
  ['DEPLOYER_USERS', '999-2000'],
  ['DEPLOYER_USERS', '61000-60000'],
  ['DEPLOYER_USERS', 'on'],
  ['DEPLOYER_MEMORY_BYTES', '1024'],
  ['DEPLOYER_OPEN_FILES', '3'],
  ['DEPLOYER_PROCESSES', '1'],
])('refuses %s=%s', (name, value) =>
  expect(() => loadConfig({ [name]: value })).toThrow(expect.objectContaining({ code: 'config_invalid' })),
);

it('takes a range of users, or none', () => {
  expect(loadConfig({}).deployerUsers).toEqual({ first: 60_706, last: 61_183 });
  expect(loadConfig({ DEPLOYER_USERS: '70000-70009' }).deployerUsers).toEqual({
    first: 70_000,
    last: 70_009,
  });
  expect(loadConfig({ DEPLOYER_USERS: 'off', DEPLOYER_ENV: 'GPU, HF_HOME' })).toMatchObject({
    deployerUsers: null,
    deployerEnvironment: ['GPU', 'HF_HOME'],
  });
});
