import { expect, it } from '@jest/globals';
import { isSecretSetting, secretsOfEnvironment, SETTINGS } from './index.ts';

/** A secret in every setting, in each of the ways in which it can hold one; a new setting is planted by itself. */
const PLANTED = SETTINGS.flatMap((name, i): [name: string, value: string, secret: string][] => [
  ...(isSecretSetting(name) ? [[name, `planted-${i}`, `planted-${i}`] as [string, string, string]] : []),
  ...(name.endsWith('HEADERS')
    ? [[name, `authorization=Bearer%20planted-${i},x=y`, `planted-${i}`] as [string, string, string]]
    : []),
  [name, `https://user:planted%2F${i}@h.example/`, `planted/${i}`],
  [name, `https://h.example/x?sig=planted-${i}`, `planted-${i}`],
]);

it.each(PLANTED)('%s=%s is known by its secret', (name, value, secret) => {
  expect(secretsOfEnvironment({ [name]: value }, SETTINGS)).toContain(secret);
});

it('every setting that is a secret by its name is one, and files are none', () => {
  expect(SETTINGS.filter(isSecretSetting).sort()).toEqual(
    [
      'EMBEDDINGS_API_KEY',
      'JUDGE_API_KEY',
      'MLFLOW_TRACKING_PASSWORD',
      'MLFLOW_TRACKING_TOKEN',
      'OIDC_CLIENT_SECRET',
      'SECRETS_KEY',
      'UNDERSTUDY_ADMIN_TOKEN',
      'UNDERSTUDY_ROUTER_TOKEN',
      'UNDERSTUDY_TOKEN',
    ].sort(),
  );
});
