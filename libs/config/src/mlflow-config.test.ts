import { expect, it } from '@jest/globals';
import { loadConfig, secretsOf } from './index.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
  [{ MLFLOW_TRACKING_URI: 'http://m:5000/' }, { url: 'http://m:5000', authorization: null }],
  [
    { MLFLOW_TRACKING_URI: 'https://m/sub/', MLFLOW_TRACKING_TOKEN: 't' },
    { url: 'https://m/sub', authorization: 'Bearer t' },
  ],
  [{ MLFLOW_TRACKING_URI: 'http://u:p%40@m' }, { url: 'http://m', authorization: basic('u:p@') }],
  [
    {
      MLFLOW_TRACKING_URI: 'http://m',
      MLFLOW_TRACKING_USERNAME: 'u',
      MLFLOW_TRACKING_PASSWORD: 'p',
      MLFLOW_TRACKING_TOKEN: 't',
    },
    { url: 'http://m', authorization: basic('u:p') },
  ],
  [
    { MLFLOW_TRACKING_URI: 'http://m', MLFLOW_TRACKING_USERNAME: 'u' },
    { url: 'http://m', authorization: null },
  ],
])('%j is read as MLflow reads it', (env, expected) => {
  expect(loadConfig(env).mlflow).toEqual({ ca: null, ...expected });
});

it.each(['databricks', 'sqlite:///mlflow.db', './mlruns', 'file:///mlruns', 'http://'])(
  'what is no server of http is none that we read from: %s',
  (uri) => {
    expect(loadConfig({ MLFLOW_TRACKING_URI: uri }).mlflow).toBeNull();
  },
);

it('a command that asks for the artifact serves what MLflow registers where sources are read', () => {
  const serves = (env: Record<string, string>) => loadConfig(env).servesSources;
  const artifact = { DEPLOYER_COMMAND: 'serve {artifact} {port}' };
  expect([serves({}), serves(artifact), serves({ DEPLOYER_COMMAND: 'serve {source} {port}' })]).toEqual([
    false,
    false,
    true,
  ]);
  expect(serves({ ...artifact, MLFLOW_TRACKING_URI: 'http://m' })).toBe(true);
  expect(serves({ ...artifact, MLFLOW_TRACKING_URI: 'databricks' })).toBe(false);
  expect(serves({ ...artifact, ARTIFACT_S3_BUCKETS: 'models' })).toBe(true);
});

it('what it is asked with is a secret, as the header has it too', () => {
  const config = loadConfig({
    ...{
      MLFLOW_TRACKING_URI: 'http://m',
      MLFLOW_TRACKING_USERNAME: 'user',
      MLFLOW_TRACKING_PASSWORD: 'hidden',
    },
  });
  expect(secretsOf(config)).toContain(basic('user:hidden').slice(6));
});

it('MLflow settings are still passed on to model servers that get MLflow’s', () => {
  const { deployerEnvironment } = loadConfig({
    MLFLOW_TRACKING_URI: 'http://m',
    MLFLOW_TRACKING_TOKEN: 't',
    DEPLOYER_ENV: 'MLFLOW_*',
  });
  expect(deployerEnvironment).toEqual(['MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_URI']);
});
