import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALIVE, readAnswer, readyPathsOf, takesCallers, type Readiness } from './readiness.ts';

const USUAL = '/v2/health/ready';
const OPEN_INFERENCE = { path: USUAL, kind: 'readiness' } as const;
const OWN = { path: '/up', kind: 'own' } as const;

/** As the prober asks: one path after the other, until the server knows one. */
function say(
  answers: Record<string, number>,
  healthPath: string | null = null,
  told: string | null = null,
): Readiness {
  for (const path of readyPathsOf(healthPath, USUAL, told)) {
    const said = readAnswer(path, { status: answers[path.path] ?? answers['*'] ?? 404 });
    if (said) return said;
  }
  return ALIVE;
}

describe('what a readiness answer means', () => {
  it.each<[string, Record<string, number>, Readiness['state']]>([
    ['Open Inference, ready', { '/v2/health/ready': 200 }, 'ready'],
    ['Triton while it loads', { '/v2/health/ready': 400, '/v2/health/live': 200 }, 'not_ready'],
    ['KServe while it loads', { '/v2/health/ready': 503 }, 'not_ready'],
    ['no content is no 200', { '/v2/health/ready': 204 }, 'not_ready'],
    ['a redirect to a login', { '*': 302 }, 'not_ready'],
    ['a slash more', { '/v2/health/ready': 301 }, 'not_ready'],
    ['credentials needed', { '*': 401 }, 'not_ready'],
    ['overload', { '/v2/health/ready': 429 }, 'not_ready'],
    ['500 at every path', { '*': 500 }, 'not_ready'],
    ['lives, and its readiness is not mounted yet', { '/v2/health/live': 200 }, 'not_ready'],
    ['400 to whatever it does not like, while it loads', { '/v2/health/ready': 404, '*': 400 }, 'not_ready'],
    ['vLLM', { '/health': 200, '/v1/models': 200 }, 'ready'],
    ['llama.cpp while it loads', { '/health': 503 }, 'not_ready'],
    ['MLflow', { '/ping': 200, '/health': 200 }, 'ready'],
    ['OpenAI-compatible, no health', { '/v1/models': 200 }, 'ready'],
    ['TF Serving, plain servers: 404', { '*': 404 }, 'alive'],
    ['405 to every GET', { '*': 405 }, 'alive'],
    ["Python's http.server without do_GET", { '*': 501 }, 'alive'],
    ['BentoML', { '/readyz': 200 }, 'ready'],
  ])('%s', (_what, answers, expected) => {
    expect(say(answers).state).toBe(expected);
  });

  it('a server must know the path at which it has said that it is ready, whatever else it answers', () => {
    const status = fc.constantFrom(200, 204, 301, 400, 401, 404, 405, 500, 501, 503);
    const paths = readyPathsOf(null, USUAL).map(({ path }) => path);
    fc.assert(
      fc.property(fc.constantFrom('/mine', ...paths), status, status, (told, there, elsewhere) => {
        const said = say({ [told]: there, '*': elsewhere }, null, told);
        const isGood = there === 200 || (there === 204 && told !== USUAL);
        expect([said.state, said.readyPath]).toEqual(isGood ? ['ready', told] : ['not_ready', undefined]);
        // A path that the version names is asked alone.
        expect(say({ '/up': 200, '*': 404 }, '/up', told).state).toBe('ready');
      }),
    );
    expect(say({ '*': 404 }, null, '/health').because).toMatch(/another program/);
    expect(say({ '/health': 200 }).readyPath).toBe('/health');
  });

  it.each<[number, Readiness['state']]>([
    [200, 'ready'],
    [204, 'ready'],
    [301, 'not_ready'],
    [404, 'not_ready'],
    [405, 'not_ready'],
    [503, 'not_ready'],
  ])('%i at a health path of its own', (status, expected) => {
    expect(say({ '/up': status, '*': 200 }, '/up').state).toBe(expected);
  });

  it('200 only where the health path is Open Inference’s, behind whatever prefix', () => {
    expect(say({ '/a/v2/health/ready': 204 }, '/a/v2/health/ready').state).toBe('not_ready');
  });

  it.each<[string, unknown, Readiness['state']]>([
    ['TF Serving that loads', { model_version_status: [{ version: '1', state: 'LOADING' }] }, 'not_ready'],
    ['TF Serving', { model_version_status: [{ state: 'UNLOADING' }, { state: 'AVAILABLE' }] }, 'ready'],
    ['TF Serving without versions', { model_version_status: [] }, 'not_ready'],
    ['KServe V1', { name: 'm', ready: false }, 'not_ready'],
    ['KServe V1 in Python', { ready: 'False' }, 'not_ready'],
    ['KServe V1, ready', { ready: true }, 'ready'],
    ['text', 'ok', 'ready'],
    ['nothing', null, 'ready'],
    ['odd entries', { model_version_status: [null, 3] }, 'not_ready'],
  ])('200 with a body: %s', (_what, body, expected) => {
    expect(readAnswer(OWN, { status: 200, body })?.state).toBe(expected);
  });

  it('Open Inference: callers come with 200 only, whatever else is answered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), (status) => {
        const said = readAnswer(OPEN_INFERENCE, { status });
        expect(said !== null && takesCallers(said)).toBe(status === 200);
      }),
    );
  });

  it('of a server that is not ready callers never learn through another path', () => {
    const statuses = fc
      .integer({ min: 200, max: 599 })
      .filter((status) => ![200, 404, 405, 501].includes(status));
    fc.assert(
      fc.property(statuses, fc.integer({ min: 200, max: 599 }), (ready, others) => {
        expect(say({ '/v2/health/ready': ready, '*': others }).state).toBe('not_ready');
      }),
    );
  });

  it("asks the operator's path first, and each path once", () => {
    expect(readyPathsOf(null, '/ping')[0]).toMatchObject({ path: '/ping' });
    expect(
      readyPathsOf(null, '/mine')
        .map(({ path }) => path)
        .slice(0, 2),
    ).toEqual(['/mine', USUAL]);
    const paths = readyPathsOf(null, '/ping').map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(readyPathsOf('/up', '/ping')).toEqual([OWN]);
  });
});
