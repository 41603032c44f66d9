import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { loadConfig } from '../config.ts';

const embeddings = { EMBEDDINGS_URL: 'http://127.0.0.1:9/v1/', EMBEDDINGS_MODEL: 'm' };

it('has no embeddings endpoint unless one is named', () => {
  expect(loadConfig({}).embeddings).toBeNull();
  expect(loadConfig(embeddings).embeddings).toEqual({
    ...{ url: 'http://127.0.0.1:9/v1', model: 'm', apiKey: null, apiKeyFile: null },
    ...{ dimensions: null, parameters: {}, batch: 32, maxCharacters: 8_000, timeoutMs: 30_000 },
    limits: { requests: 1_000, tokens: null },
  });
});

it.each<[string, Record<string, string>, string]>([
  ['a URL without a model', { EMBEDDINGS_URL: 'http://x' }, 'EMBEDDINGS_MODEL'],
  ['a model without a URL', { EMBEDDINGS_MODEL: 'm' }, 'EMBEDDINGS_URL'],
  ['no URL', { ...embeddings, EMBEDDINGS_URL: 'ftp://x' }, 'EMBEDDINGS_URL'],
  ['a URL with a password', { ...embeddings, EMBEDDINGS_URL: 'http://u:p@x' }, 'EMBEDDINGS_URL'],
  [
    'two keys',
    { ...embeddings, EMBEDDINGS_API_KEY: 'k', EMBEDDINGS_API_KEY_FILE: '/k' },
    'EMBEDDINGS_API_KEY_FILE',
  ],
  ['a batch of one', { ...embeddings, EMBEDDINGS_BATCH: '1' }, 'EMBEDDINGS_BATCH'],
  ['half a dimension', { ...embeddings, EMBEDDINGS_DIMENSIONS: '0.5' }, 'EMBEDDINGS_DIMENSIONS'],
  ['a bound of cost without prices', { ...embeddings, EMBEDDINGS_MAX_COST: '5' }, 'EMBEDDINGS_PRICE'],
  ['parameters that are none', { ...embeddings, EMBEDDINGS_PARAMETERS: '[1]' }, 'EMBEDDINGS_PARAMETERS'],
  [
    'parameters that are no JSON',
    { ...embeddings, EMBEDDINGS_PARAMETERS: 'temperature=0' },
    'EMBEDDINGS_PARAMETERS',
  ],
  ['a price below nothing', { ...embeddings, EMBEDDINGS_PRICE: '-1' }, 'EMBEDDINGS_PRICE'],
])('refuses %s, and names it', (_what, env, pointer) => {
  try {
    loadConfig(env);
    throw new Error('accepted');
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).errors.map((one) => one.pointer)).toEqual([pointer]);
  }
});

it('says in tokens what money is enough for', () => {
  const env = { ...embeddings, EMBEDDINGS_MAX_COST: '0.5', EMBEDDINGS_PRICE: '0.02' };
  expect(loadConfig(env).embeddings?.limits.tokens).toBe(25_000_000);
});
