import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { loadConfig } from '../config.ts';

const judge = { JUDGE_URL: 'http://127.0.0.1:9/v1/', JUDGE_MODEL: 'm' };

it('has no judge unless one is named', () => {
  expect(loadConfig({}).judge).toBeNull();
  expect(loadConfig(judge).judge).toEqual({
    ...{ url: 'http://127.0.0.1:9/v1', model: 'm', apiKey: null, apiKeyFile: null, promptFile: null },
    ...{ parameters: { temperature: 0 }, timeoutMs: 60_000 },
    limits: { requests: 1_000, cost: null, inputPrice: 0, outputPrice: 0 },
  });
});

it.each<[string, Record<string, string>, string]>([
  ['a URL without a model', { JUDGE_URL: 'http://x' }, 'JUDGE_MODEL'],
  ['a model without a URL', { JUDGE_MODEL: 'm' }, 'JUDGE_URL'],
  ['no URL', { ...judge, JUDGE_URL: 'ftp://x' }, 'JUDGE_URL'],
  ['a URL with a password', { ...judge, JUDGE_URL: 'http://u:p@x' }, 'JUDGE_URL'],
  ['two keys', { ...judge, JUDGE_API_KEY: 'k', JUDGE_API_KEY_FILE: '/k' }, 'JUDGE_API_KEY_FILE'],
  ['a bound of cost without prices', { ...judge, JUDGE_MAX_COST: '5' }, 'JUDGE_INPUT_PRICE'],
  ['parameters that are none', { ...judge, JUDGE_PARAMETERS: '[1]' }, 'JUDGE_PARAMETERS'],
  ['parameters that are no JSON', { ...judge, JUDGE_PARAMETERS: 'temperature=0' }, 'JUDGE_PARAMETERS'],
  ['a price below nothing', { ...judge, JUDGE_OUTPUT_PRICE: '-1' }, 'JUDGE_OUTPUT_PRICE'],
])('refuses %s, and names it', (_what, env, pointer) => {
  try {
    loadConfig(env);
    throw new Error('accepted');
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).errors.map((one) => one.pointer)).toEqual([pointer]);
  }
});
