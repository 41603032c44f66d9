import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, type Observable, of, throwError } from 'rxjs';
import type { IdempotencyStore } from '#libs/engine';
import { noteOfUnit } from '#libs/postgres';
import { IdempotencyInterceptor } from './idempotency.interceptor.ts';

const away = Object.assign(new Error('terminated'), { code: '57P01' });

/** A POST with a key, whose handler does as told. @param answer of the store, by its attempt */
async function post(
  handler: () => Observable<unknown>,
  answer: (attempt: number) => Promise<void>,
  /** How often the release fails; -1 when it is done. */
  late = { failures: 0 },
  claimed = true,
) {
  const seen = { released: 0, kept: 0, warned: 0, how: '' };
  const store: IdempotencyStore = {
    claim: () => (claimed ? Promise.resolve({ kind: 'new' }) : Promise.reject(away)),
    renew: () => Promise.resolve(),
    answer: () => answer(++seen.kept),
    release: (_claim, how) => {
      seen.released++;
      seen.how = how?.unlessKept ? 'unless kept' : 'at once';
      return late.failures-- > 0 ? Promise.reject(away) : Promise.resolve();
    },
  };
  const request = { method: 'POST', url: '/x', headers: { 'idempotency-key': 'k' }, caller: { id: 't' } };
  const http = { getRequest: () => request, getResponse: () => ({ statusCode: 201 }) };
  const context = { switchToHttp: () => http, getHandler: () => post };
  const interceptor = new IdempotencyInterceptor(
    store,
    {} as never,
    { warn: () => seen.warned++ } as never,
    { get: () => undefined } as never,
  );
  const outcome = await interceptor
    .intercept(context as never, { handle: handler })
    .then((answered) => lastValueFrom(answered))
    .catch((error: unknown) => error);
  return { ...seen, outcome, seen };
}
const kept = (): Promise<void> => Promise.resolve();

describe('the key of a request', () => {
  it('is free again where the handler refused', async () => {
    const refused = new Error('refused');
    const { released, how, outcome } = await post(() => throwError(() => refused), kept);
    expect([released, how, outcome]).toEqual([1, 'at once', refused]);
  });

  it('stays claimed where the database was away past all units of work: something may have been done', async () => {
    const { released, outcome } = await post(() => throwError(() => away), kept);
    expect([released, outcome]).toEqual([0, away]);
  });

  it('is free again where a unit of work failed, and the claim says that nothing was kept: as soon as the database answers', async () => {
    for (const code of ['57P01', '57014', '40P01', '25006']) {
      const failed = Object.assign(new Error('of a unit of work'), { code });
      noteOfUnit(failed);
      const { released, how, outcome } = await post(() => throwError(() => failed), kept);
      expect([code, released, how, outcome]).toEqual([code, 1, 'unless kept', failed]);
    }
    const before = Object.assign(new Error('no connection'), { code: '57P01' });
    noteOfUnit(before);
    const late = { failures: 2 };
    const again = await post(() => throwError(() => before), kept, late);
    expect([again.released, again.outcome]).toEqual([1, before]);
    while (late.failures >= 0) await sleep(20);
    expect(again.seen.how).toBe('unless kept');
  });

  it('is free again where its claim may be there, and nobody knows: as soon as the database answers', async () => {
    const late = { failures: 1 };
    const { released, outcome } = await post(() => of('never asked'), kept, late, false);
    expect([released, outcome]).toEqual([0, away]);
    while (late.failures >= 0) await sleep(20);
  });

  it('has an answer that could not be kept at first as soon as it can; the caller is told what was done', async () => {
    let isAway = true;
    const { seen, ...now } = await post(
      () => of('done'),
      () => (isAway ? Promise.reject(away) : kept()),
    );
    expect(now).toEqual({ released: 0, kept: 2, warned: 0, how: '', outcome: 'done' });
    isAway = false;
    while (seen.kept < 3) await sleep(20);
    const second = await post(
      () => of('done'),
      (attempt) => (attempt === 1 ? Promise.reject(away) : kept()),
    );
    expect(second).toMatchObject({ released: 0, kept: 2, warned: 0, outcome: 'done' });
  });
});
