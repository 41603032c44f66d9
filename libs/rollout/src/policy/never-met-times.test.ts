import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillQuery } from '../evidence/fill-query.ts';
import { unendedIn } from '../evidence/unended-query.ts';
import {
  decide,
  type Decision,
  NO_STEP_EVIDENCE,
  parseKeptPolicy,
  parsePolicy,
  type RolloutView,
  type SourceReading,
} from '../index.ts';

const CANARY = { canary: { weight: '10%', minRequests: 10, maxDuration: '10m' } };
const ERRORS = { metric: 'error_rate', maxIncrease: 0.1 };
const SOURCE = { metric: 'prometheus', query: 'up', max: 1 };
const of = (steps: object[], gates: object[] = [ERRORS]) => ({ name: 'p', steps, gates });

/** Pointers of what is refused of a new policy; of one that is kept nothing is. */
function refused(document: unknown): string[] {
  expect(() => parseKeptPolicy(document)).not.toThrow();
  try {
    parsePolicy(document);
    return [];
  } catch (error) {
    return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  }
}

describe('a step that is over before anything of it was seen does not validate', () => {
  const ms = fc.oneof(fc.constantFrom(0, 999, 1_000), fc.nat(5_000));
  it.each<[string, (time: string) => object[], string]>([
    [
      'shadow',
      (time) => [{ shadow: { minRequests: 1, maxDuration: time } }, CANARY],
      '/steps/0/shadow/maxDuration',
    ],
    [
      'canary',
      (time) => [{ canary: { weight: '5%', minRequests: 1, maxDuration: time } }, CANARY],
      '/steps/0/canary/maxDuration',
    ],
    ['approval', (time) => [{ approval: { maxDuration: time } }, CANARY], '/steps/0/approval/maxDuration'],
    ['bake', (time) => [CANARY, { bake: { duration: time, holdBack: '0%' } }], '/steps/1/bake/duration'],
  ])('%s', (_kind, steps, pointer) => {
    fc.assert(
      fc.property(ms, (time) => {
        const document = { ...of(steps(`${time}ms`)), gates: [{ ...ERRORS, startPeriod: '0s' }] };
        expect(refused(document)).toEqual(time < 1_000 ? [pointer] : []);
      }),
    );
  });
});

it('next to everybody is not held back', () => {
  const shadow = { shadow: { minRequests: 10, maxDuration: '10m' } };
  const held = (holdBack: string) => of([shadow, { bake: { duration: '1m', holdBack } }]);
  expect(refused(held('99.99%'))).toEqual(['/steps/1/bake/holdBack']);
  expect(refused(held('95%'))).toEqual([]);
});

it('feedback of all requests is not waited for', () => {
  const matured = (maturity: number) =>
    of([CANARY], [{ metric: 'feedback.click', maxDecrease: 0.1, maturity }]);
  expect(refused(matured(1))).toEqual(['/gates/0/maturity']);
  expect(refused(matured(0.99))).toEqual([]);
});

describe('bad readings in a row', () => {
  const seconds = (most: number) => fc.integer({ min: 1, max: most });
  const timed = (kind: 'canary' | 'bake', lasts: number) =>
    kind === 'bake'
      ? [CANARY, { bake: { duration: `${lasts}s`, holdBack: '0%' } }]
      : [{ canary: { weight: '10%', minRequests: 10, maxDuration: `${lasts}s` } }];

  /** Asked as the step begins, and each interval until it has ended; each answer is as bad as can be. Is it rolled back for that? */
  function rollsBack(
    document: object,
    kind: 'canary' | 'bake',
    lastsMs: number,
    intervalMs: number,
  ): boolean {
    const policy = parseKeptPolicy(document);
    const at = policy.steps.length - 1;
    const view: RolloutView = {
      ...{ state: kind === 'bake' ? 'baking' : 'running', stepIndex: at, stepStartedAt: 0, policy },
      ...{ clockStoppedAt: null, hasPrimary: true, checks: [], approvedBy: [], lastGoodPrimaryAt: null },
      ...{ deployment: { state: 'ready', message: '' }, blockedBy: null, overridesFreeze: false },
    };
    const decided = (askedAt: number, now: number): Decision => {
      const reading: SourceReading = {
        ...{ outcome: 'fail', value: 2, because: 'it is 2', at: askedAt },
        ...{ asked: { stepMs: askedAt, requests: 0 }, consecutiveErrors: 0 },
        consecutiveFailures: askedAt / intervalMs + 1,
      };
      return decide(view, { [at]: { ...NO_STEP_EVIDENCE, sources: { prometheus: reading } } }, now);
    };
    for (let now = 0; ; now += intervalMs) {
      const next = decided(now, now);
      const isDue = now < lastsMs && lastsMs < now + intervalMs;
      const last = next.kind === 'hold' && isDue ? decided(now, lastsMs) : next;
      if (last.kind !== 'hold') return last.kind === 'rollback' && last.because.includes('prometheus: ');
    }
  }

  it('are no more than there is time for until the step ends, as decisions have it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        ...[fc.constantFrom('canary' as const, 'bake' as const), seconds(600), seconds(60), seconds(100)],
        (kind, lasts, interval, consecutiveFailures) => {
          const gate = { ...SOURCE, in: [kind], interval: `${interval}s`, consecutiveFailures };
          const document = { ...of(timed(kind, lasts), [gate]), promoteWhen: 'notFailed' };
          const fails = rollsBack(document, kind, lasts * 1_000, interval * 1_000);
          expect(refused(document)).toEqual(fails ? [] : ['/gates/0/consecutiveFailures']);
          seen.add(`${kind}: ${fails}`);
        },
      ),
      { numRuns: 300 },
    );
    // A bake goes on while its source's last word is a bad one.
    expect([...seen].sort()).toEqual(['bake: true', 'canary: false', 'canary: true']);
  });

  it('have the time of approvals behind their step, which may be without end', () => {
    const gate = { ...SOURCE, in: ['canary'], interval: '1h', consecutiveFailures: 3 };
    expect(refused(of([CANARY], [gate]))).toEqual(['/gates/0/consecutiveFailures']);
    expect(refused(of([CANARY, { approval: { maxDuration: '1h' } }], [gate]))).toEqual([
      '/gates/0/consecutiveFailures',
    ]);
    expect(refused(of([CANARY, { approval: { maxDuration: '2h' } }], [gate]))).toEqual([]);
    expect(refused(of([CANARY, { approval: {} }], [gate]))).toEqual([]);
    expect(refused(of([CANARY], [{ ...gate, dryRun: true }, ERRORS]))).toEqual([]);
  });
});

describe('a query that does not end', () => {
  /** Queries whose strings, brackets and braces are whole. */
  const { whole } = fc.letrec<{ whole: string; part: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('up', '{{model}}', ' + ', '[5m]', '# ( " it\n', '{{ version }}', 'x{a=~"{{from}}"}'),
      fc.string({ maxLength: 5 }).map((text) => JSON.stringify(text)),
      fc.constantFrom("'('", '`"\\`', "'\\''", '`\n{`'),
      fc
        .tuple(fc.constantFrom(['(', ')'], ['[', ']'], ['{', '}']), tie('whole'))
        .map(([[a, b], inner]) => `${a} ${inner} ${b}`),
    ),
    whole: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join(' ')),
  }));

  it('is told from one that does', () => {
    fc.assert(
      fc.property(whole, fc.constantFrom('(', '[', '{', ')', ']', '}', '"', "'", '`'), (query, stray) => {
        expect(unendedIn(query)).toBeNull();
        expect(unendedIn(`${query}\n ${stray} `)).not.toBeNull();
      }),
    );
  });

  it('is what could not be filled in for it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', "'", '`', '\\', '(', ')', '#', '\n') }),
        (query) => {
          let why = '';
          try {
            fillQuery(query, { model: 'm', version: 2, from: 1 });
          } catch (error) {
            why = String(error);
          }
          if (why.includes('does not end')) expect(unendedIn(query)).not.toBeNull();
        },
      ),
    );
  });

  it.each(['up{a="{{model}}', 'sum(rate(x[5m])', 'up{a="b"', 'x[5m', 'a)', 'sum(x]', 'up{a="b\n"}'])(
    'does not validate: %s',
    (query) => expect(refused(of([CANARY], [{ ...SOURCE, query }]))).toEqual(['/gates/0/query']),
  );
});
