import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PrimaryWord, primaryWordSchema } from '#libs/gateway-protocol';
import type { Route } from '#libs/traffic';
import { SilentPrimaries } from './silent-primaries.ts';

const route = (version = 1, revision = version, url = `http://s${version}`): Route => ({
  ...{ model: 'm', rolloutId: null, revision, salt: 's', outputSpec: null, reading: null, candidate: null },
  primary: { version, url },
});

/** An api that knows what it was told last, if it was told. */
class Teller {
  now = 0;
  readonly silent = new SilentPrimaries(() => this.now);
  heard: PrimaryWord | null = null;
  posts = 0;

  /** @param isTaken `false`: the batch was lost on its way */
  tell(isTaken = true): readonly PrimaryWord[] {
    const words = this.silent.toTell();
    for (const word of words) expect(primaryWordSchema.parse(word)).toEqual(word);
    this.posts += words.length;
    if (isTaken) {
      this.heard = words[0] ?? this.heard;
      this.silent.told(words);
    }
    return words;
  }

  fail(times: number, everyMs: number): void {
    for (let i = 0; i < times; i++, this.now += everyMs)
      this.silent.failed(route(), false, 'connect ECONNREFUSED');
  }
}

describe('what a gateway says of its primaries', () => {
  it('says nothing of one that answers, unless it is asked; and no more often than every 2 s', () => {
    const api = new Teller();
    for (let i = 0; i < 100; i++) {
      api.now += 100;
      api.silent.answered(route(), 200);
      api.tell();
    }
    expect(api.posts).toBe(0);
    for (let i = 0; i < 20; i++) {
      api.silent.asked(['m', 'another']);
      api.tell();
      api.now += 500;
    }
    expect(api.posts).toBe(5);
    expect(api.heard).toMatchObject({ model: 'm', version: 1, state: 'answers', forMs: 8_000 });
  });

  it('says that one is out, again every 5 s, and its end until it is taken', () => {
    const api = new Teller();
    api.fail(4, 2_000);
    expect(api.tell()).toMatchObject([
      { state: 'unreachable', forMs: 8_000, failures: 4, because: 'connect ECONNREFUSED' },
    ]);
    expect(api.tell()).toEqual([]);
    api.now += 5_000;
    expect(api.tell()).toHaveLength(1);
    api.silent.answered(route(), 200);
    expect(api.tell(false)).toMatchObject([{ state: 'answers' }]);
    expect(api.tell()).toMatchObject([{ state: 'answers' }]);
    expect(api.tell()).toEqual([]);
  });

  it('without a caller, a knock that is answered is no answer to a caller', () => {
    const api = new Teller();
    api.fail(1, 1);
    for (let i = 0; i < 4; i++, api.now += 2_000) {
      const due = api.silent.toKnock(10);
      expect([due.length, api.silent.toKnock(10).length]).toEqual([1, 0]);
      api.silent.knocked(due[0]!, { status: null, because: 'refused' }, 2_000);
    }
    expect(api.tell()).toMatchObject([{ state: 'unreachable', failures: 5 }]);
    api.silent.knocked(api.silent.toKnock(1)[0]!, { status: 404, because: '' }, 2_000);
    expect(api.tell()).toMatchObject([{ state: 'unknown', failures: 0 }]);
    expect([...api.silent.out(), ...api.silent.toKnock(10), ...api.tell()]).toEqual([]);
  });

  it('knows the primary by its version and servers, not by the revision of its route', () => {
    const api = new Teller();
    api.fail(4, 2_000);
    api.silent.follow([route(1, 7)]);
    expect([...api.silent.out()]).toMatchObject([{ model: 'm', version: 1 }]);
    api.silent.failed(route(1, 7), false, 'x');
    expect([...api.silent.out()]).toMatchObject([{ failures: 5 }]);
    api.silent.follow([route(2)]);
    expect([...api.silent.out()]).toEqual([]);
    api.fail(4, 2_000);
    api.silent.follow([route(1, 9, 'http://elsewhere')]);
    expect([...api.silent.out()]).toEqual([]);
  });

  it('whatever is lost on the way, the api knows what the gateway knows', () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('fail' as const), isHeard: fc.boolean() }),
      fc.record({
        kind: fc.constantFrom('answer' as const, 'error' as const, 'knock' as const, 'ask' as const),
      }),
      fc.record({ kind: fc.constant('tell' as const), isTaken: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(command, fc.nat(3_000)), { maxLength: 80 }), (commands) => {
        const api = new Teller();
        for (const [one, ms] of commands) {
          api.now += ms;
          if (one.kind === 'fail') api.silent.failed(route(), one.isHeard, 'x');
          if (one.kind === 'answer') api.silent.answered(route(), 200);
          if (one.kind === 'error') api.silent.answered(route(), 500);
          if (one.kind === 'knock')
            for (const due of api.silent.toKnock(1))
              api.silent.knocked(due, { status: null, because: 'x' }, 2_000);
          if (one.kind === 'ask') api.silent.asked(['m']);
          if (one.kind === 'tell') api.tell(one.isTaken);
        }
        api.tell();
        const [out] = [...api.silent.out()];
        const isSaid = api.heard !== null && ['unreachable', 'failing'].includes(api.heard.state);
        expect(isSaid ? api.heard?.state : undefined).toBe(out?.state);
      }),
      { numRuns: 3_000 },
    );
  });
});
