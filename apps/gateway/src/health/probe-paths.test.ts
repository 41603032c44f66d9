import { expect, it } from '@jest/globals';
import { takesCallers } from '#libs/traffic';
import { beginProbe, type KnownPath, nextOf } from './probe-paths.ts';

const USUAL = '/v2/health/ready';

/** One probe of a server that answers so; `*`: all other paths. */
function probe(
  answers: Record<string, number>,
  known: KnownPath | null = null,
  healthPath: string | null = null,
): { isWell: boolean; known: KnownPath; asked: string[] } {
  const asked: string[] = [];
  let course = beginProbe(known, healthPath, USUAL);
  while (!('said' in course)) {
    asked.push(course.ask.path);
    const status = answers[course.ask.path] ?? answers['*'] ?? 404;
    course = nextOf(course, { status }, { known, healthPath });
  }
  return { isWell: takesCallers(course.said), known: course.known, asked };
}

it('asks only the path that told before, and all of them when it is lost', () => {
  const first = probe({ '/ping': 200 });
  expect(first).toMatchObject({ isWell: true, known: { path: { path: '/ping' } } });
  expect(first.asked.length).toBeGreaterThan(3);
  expect(probe({ '/ping': 200 }, first.known).asked).toEqual(['/ping']);
  expect(probe({ '/ping': 503 }, first.known)).toMatchObject({ isWell: false, asked: ['/ping'] });
  const lost = probe({ '/health': 200 }, first.known);
  expect(lost).toMatchObject({ isWell: true, known: { path: { path: '/health' } } });
  expect(lost.asked[0]).toBe('/ping');
});

it.each([404, 405, 501])(
  'a replica that knows no path any more, where it has told before, is another one: %i',
  (status) => {
    const first = probe({ '/health': 200 });
    const taken = probe({ '*': status }, first.known);
    expect(taken).toMatchObject({ isWell: false, known: first.known });
    expect(probe({ '/health': 200 }, taken.known)).toMatchObject({ isWell: true, asked: ['/health'] });
  },
);

it.each([404, 405, 501])(
  'a server that answers %s everywhere is alive, and is asked once from then on',
  (status) => {
    const first = probe({ '*': status });
    expect(first).toMatchObject({ isWell: true, known: { path: null } });
    expect(probe({ '*': status }, first.known)).toMatchObject({ isWell: true, asked: [USUAL] });
    expect(probe({ [USUAL]: 503, '*': status }, first.known)).toMatchObject({ isWell: false });
  },
);

it("asks a version's own path alone, and `none` as the registry does", () => {
  expect(probe({ '/up': 204 }, null, '/up')).toMatchObject({ isWell: true, asked: ['/up'] });
  expect(probe({ '*': 200, '/up': 404 }, null, '/up')).toMatchObject({ isWell: false, asked: ['/up'] });
  expect(probe({ '*': 401 }, null, 'none')).toMatchObject({ isWell: true, asked: ['/'] });
  expect(probe({ '*': 500 }, null, 'none')).toMatchObject({ isWell: false, asked: ['/'] });
});
