import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPrediction, matchesPath, type PredictionRules } from '../index.ts';

describe('a prediction, where the model says nothing', () => {
  it.each([
    '/v2/models/m/infer',
    '/v2/models/m/versions/3/infer',
    '/v2/models/infer/infer',
    '/v2/models/m/generate',
    '/v2/models/m/generate_stream',
    '/infer',
    '/v1/models/m:predict',
    '/v1/models/m/versions/3:classify',
    '/v1/models/m/labels/stable:regress',
    '/invocations',
    '/invocations?format=json',
    '/invocations/',
    '/v1/chat/completions',
    '/v1/completions',
    '/v1/embeddings',
    '/v1/responses',
    '/chat/completions',
    '/x',
    '/',
    '/predict',
    '/predictions/m',
    '/v2/score',
    '/v1/models/m/score',
    '/v1/models/m%3Apredict',
    '/a%zz',
  ])('POST %s', (path) => expect(isPrediction('POST', path)).toBe(true));

  it.each([
    '/v2',
    '/v2/health/ready',
    '/v2/models/m',
    '/v2/models/m/ready',
    '/v2/models/m/config',
    '/v2/models/m/trace/setting',
    '/v2/repository/index',
    '/v2/repository/models/m/load',
    '/v2/%72epository/index',
    '/v2/systemsharedmemory/region/x/register',
    '/v2/logging',
    '/v1/models',
    '/v1/models/m',
    '/v1/models/m:metadata',
    '/v1/models/m:explain',
    '/v1/models/m/metadata',
    '/v1/models/m/versions/2/metadata',
    '/v1/files',
    '/v1/batches/b/cancel',
    '/v1/responses/r/cancel',
    '/v1/chat/completions/c',
    '/v1/load_lora_adapter',
    '/tokenize',
    '/ping',
    '/health?x=1',
    '/metrics',
  ])('not POST %s', (path) => expect(isPrediction('POST', path)).toBe(false));

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'post'])('not %s', (method) => {
    for (const path of ['/v2/models/m/infer', '/v2/health/ready', '/x'])
      expect(isPrediction(method, path)).toBe(false);
  });
});

describe('a prediction, where the model says which', () => {
  it.each<[PredictionRules, string, string, boolean]>([
    [{ methods: ['GET', 'POST'] }, 'GET', '/search?q=1', true],
    [{ methods: ['GET', 'POST'] }, 'GET', '/v2/health/ready', false],
    [{ methods: ['GET'] }, 'POST', '/x', false],
    [{ paths: ['/v1/models/*:explain'] }, 'POST', '/v1/models/m:explain', true],
    [{ paths: ['/v1/models/*:explain'] }, 'POST', '/v1/models/m:predict', false],
    [{ paths: ['/score/**'] }, 'POST', '/score', true],
    [{ paths: ['/score/**'] }, 'POST', '/score/a/b?x', true],
    [{ paths: ['/score/**'] }, 'GET', '/score/a', false],
    [{ paths: ['/a', '/b'] }, 'POST', '/b/', true],
    [{ paths: [] }, 'POST', '/x', false],
  ])('%j: %s %s is one: %j', (rules, method, path, is) => expect(isPrediction(method, path, rules)).toBe(is));
});

describe('a pattern of paths', () => {
  it.each([
    ['/a/*/c', '/a/b/c', true],
    ['/a/*/c', '/a/b/b/c', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a', false],
    ['/**', '/', true],
    ['/**/infer', '/infer', true],
    ['/**/infer', '/v2/models/m/infer', true],
    ['/**/infer', '/v2/models/m/infer/x', false],
    ['/**/a/**/b', '/a/x/a/y/c/b', true],
    ['/v*/m*n', '/v2/mean', true],
    ['/a.c', '/abc', false],
  ])('%s matches %s: %j', (pattern, path, is) => expect(matchesPath(pattern, path)).toBe(is));

  it('is what the regular expression of it is', () => {
    const part = fc.constantFrom('a', 'b', '*', 'a*', '*b', '*a*', '**');
    const segment = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    const segments = fc.array(segment, { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), segments, (parts, given) => {
        const source = parts
          .map((p) => (p === '**' ? '(/[^/]*)*' : `/${p.replaceAll('*', '[^/]*')}`))
          .join('');
        const [pattern, path] = [`/${parts.join('/')}`, `/${given.join('/')}`];
        expect(matchesPath(pattern, path)).toBe(new RegExp(`^${source}$`).test(path));
      }),
    );
  });

  it('a path of a caller cannot make it search for long', () => {
    const pattern = `/${'*a'.repeat(60)}/${'**/a/'.repeat(30)}b`;
    expect(matchesPath(pattern, `/${'a'.repeat(8_000)}${'/a'.repeat(4_000)}`)).toBe(false);
  });
});
