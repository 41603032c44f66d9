import { describe, expect, it } from '@jest/globals';
import { afterProbe } from './after-probe.ts';
import type { Readiness } from '#libs/traffic';

const GOOD: Readiness = { state: 'ready', because: 'it answers 200' };
const ALIVE: Readiness = { state: 'alive', because: 'it answers 404' };
const BAD: Readiness = { state: 'not_ready', because: 'it answers 503' };
const GONE: Readiness = { state: 'unreachable', because: 'nobody answers' };
const HALF: Readiness = { state: 'partly', because: '1 of 2' };
const LATE = 'not ready within 1m (SERVING_READY_MS): it answers 503';
const terms = { now: 100_000, readyMs: 60_000 };
const known = (
  state: Parameters<typeof afterProbe>[0]['state'],
  misses = 0,
  message = 'it answers 200',
  since = 90_000,
) => ({
  ...{ state, misses, message, since, readyPath: null },
});

describe('what a probe makes of a deployment', () => {
  it.each<[string, ReturnType<typeof known>, Readiness, string | null, number]>([
    ['ready stays ready: nothing to write', known('ready'), GOOD, null, 0],
    ['ready after a miss: the misses are forgotten', known('ready', 2), GOOD, null, 0],
    ['one miss', known('ready'), BAD, null, 1],
    ['two in a row', known('ready', 1), GONE, null, 2],
    ['three in a row', known('ready', 2), BAD, 'not_ready', 3],
    ['not ready stays so', known('not_ready', 5, 'it answers 503'), BAD, null, 6],
    ['not ready for another reason', known('not_ready', 5, 'it answers 503'), GONE, 'not_ready', 6],
    ['ready again at the first answer', known('not_ready', 5, 'it answers 503'), GOOD, 'ready', 0],
    ['alive is as good', known('starting'), ALIVE, 'ready', 0],
    ['half of its replicas keep it ready', known('ready', 2, '1 of 2'), HALF, null, 0],
    ['half of them bring it back', known('not_ready', 5), HALF, 'ready', 0],
    ['half of them are no start', known('starting'), HALF, 'starting', 1],
    ['it starts', known('starting'), BAD, 'starting', 1],
    ['it starts for too long', known('starting', 9, 'x', 39_999), BAD, 'failed', 10],
    ['it has failed', known('failed', 9, LATE, 99_000), BAD, null, 10],
    ['it has failed, and comes after all', known('failed', 9), GOOD, 'ready', 0],
  ])('%s', (_what, before, said, state, misses) => {
    const after = afterProbe(before, said, terms);
    expect([after.report?.state ?? null, after.misses]).toEqual([state, misses]);
  });

  it('says by which setting it failed', () => {
    const { report } = afterProbe(known('starting', 9, 'x', 39_999), BAD, terms);
    expect(report).toEqual({ state: 'failed', message: LATE });
  });

  it('is asked soon after a miss, and never more often than every 250 ms', () => {
    for (const state of ['ready', 'not_ready', 'starting', 'failed'] as const)
      for (let misses = 0; misses < 40; misses++) {
        const { nextInMs } = afterProbe(known(state, misses), BAD, terms);
        expect(nextInMs).toBeGreaterThanOrEqual(250);
        expect(nextInMs).toBeLessThanOrEqual(5_000);
      }
  });

  it('records where it said that it is ready, and keeps it while it says nothing', () => {
    const told = { ...GOOD, readyPath: '/health' };
    expect(afterProbe(known('ready'), told, terms).report).toEqual({
      ...{ state: 'ready', message: 'it answers 200', readyPath: '/health' },
    });
    const heard = { ...known('ready', 2), readyPath: '/health' };
    expect(afterProbe(heard, told, terms).report).toBeNull();
    for (const said of [BAD, GONE, ALIVE])
      expect(afterProbe(heard, said, terms).report?.readyPath).toBe('/health');
  });

  it('records an address that is not known yet', () => {
    expect(afterProbe(known('ready'), GOOD, { ...terms, isReport: true }).report).toMatchObject({
      state: 'ready',
    });
  });
});
