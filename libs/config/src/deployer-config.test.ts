import { expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { serverEnvironment } from './deployer-config.ts';
import { secretsPassedOn } from './secrets-of.ts';

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
  ['DEPLOYER_ENV', '*'],
  ['DEPLOYER_ENV', 'AW*'],
  ['DEPLOYER_ENV', 'AWS_*_KEY'],
  ['DEPLOYER_ENV', 'UNDERSTUDY_*'],
  ['DEPLOYER_ENV', 'PGPASS*'],
  ['DEPLOYER_COMMAND', 'serve {artifact}'],
  ['DEPLOYER_COMMAND', 'serve {port}'],
  ['DEPLOYER_COMMAND', 'serve {port} {model}'],
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

it.each([
  ['serve {artifact} {port}', 'artifact'],
  ['serve {source} {port}', 'source'],
  ['serve {source} {artifact} {port}', 'artifact'],
  ['mlflow models serve -m models:/{model}/{version} -p {port}', 'registry'],
])('by %j a version needs its %s', (command, needs) =>
  expect(loadConfig({ DEPLOYER_COMMAND: command })).toMatchObject({
    ...{ deployerCommand: command, deployerNeeds: needs },
  }),
);

it('knows MLflow by its name: the command, and minutes until it is ready', () => {
  const command = 'mlflow models serve -m {artifact} -p {port} -h 127.0.0.1 --env-manager local';
  const preset = { deployerCommand: command, deployerNeeds: 'artifact', deployerReadyMs: 300_000 };
  expect(loadConfig({ DEPLOYER_COMMAND: 'mlflow' })).toMatchObject(preset);
  expect(loadConfig({ DEPLOYER_COMMAND: 'mlflow', DEPLOYER_READY_MS: '5000' }).deployerReadyMs).toBe(5_000);
  expect(loadConfig({ DEPLOYER_COMMAND: command }).deployerReadyMs).toBe(60_000);
  for (const unknown of ['torchserve', 'toString'])
    expect(() => loadConfig({ DEPLOYER_COMMAND: unknown })).toThrow(/must be a preset \(mlflow\), or hold/);
});

it('passes on all variables that begin as named, and none that is ours', () => {
  const env = {
    ...{ MLFLOW_TRACKING_URI: 'http://mlflow', MLFLOW_TRACKING_TOKEN: 'x', AWS_REGION: 'eu', HOME: '/root' },
    ...{ GATEWAY_ID: 'g', GATEWAY_COLOUR: 'red', DEPLOYER_ENV: 'MLFLOW_*, AWS_*,GATEWAY_*,HF_HOME' },
  };
  expect(loadConfig(env).deployerEnvironment).toEqual([
    ...['AWS_REGION', 'GATEWAY_COLOUR', 'HF_HOME', 'MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_URI'],
  ]);
});

it('knows the secrets of what it passes on, by their names and within URLs', () => {
  const env = {
    ...{ AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7' },
    ...{ MLFLOW_TRACKING_TOKEN: 'token-of-mlflow', MLFLOW_TRACKING_URI: 'http://ci:pass-word@mlflow' },
    ...{ SHORT_TOKEN: 'true', OTHER_TOKEN: 'is not passed on' },
  };
  const names = Object.keys(env).filter((name) => name !== 'OTHER_TOKEN');
  const known = secretsPassedOn(env, names);
  expect(known).toEqual(expect.arrayContaining(['wJalrXUtnFEMI', 'token-of-mlflow', 'pass-word']));
  for (const plain of ['AKIAIOSFODNN7', 'true', 'is not passed on']) expect(known).not.toContain(plain);
});
