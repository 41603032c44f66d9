import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createClient, UnderstudyError } from './client.ts';
import { actOnGroupSeen, actOnSeen, standingOf } from './seen.ts';

const STATES = ['running', 'awaiting_approval', 'baking', 'paused'];
interface Moves {
  /** How often it has moved on before a command is taken. */
  readonly moves: number;
  /** It has ended by then. */
  readonly ends: boolean;
}

/** An api whose rollout (or group of one) moves on while commands are on their way: a state further each time. */
function startApi({ moves, ends }: Moves) {
  let revision = 1;
  const rollout = () => ({
    ...{ id: 'r', model: 'm', version: 2, queued: false, revision, policyHash: 'p', approvals: [] },
    state: ends && revision > moves ? 'succeeded' : STATES[revision % STATES.length],
    endedAt: ends && revision > moves ? '2026-11-28T00:00:00Z' : null,
    step: { index: revision, kind: 'canary' },
  });
  const group = () => ({
    ...{ id: 'r', revision, members: [rollout()] },
    state: rollout().endedAt === null ? 'live' : 'succeeded',
  });
  const sent: (string | null)[] = [];
  const answer = (body: object, status = 200): Promise<Response> =>
    Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
    );
  const client = createClient({
    ...{ url: 'http://api', token: () => null },
    fetch: (input) => {
      const request = input as Request;
      const body = request.url.includes('release-groups') ? group : rollout;
      if (request.method === 'GET') return answer(body());
      sent.push(request.headers.get('if-match'));
      if (revision <= moves) {
        revision += 1;
        return answer({ code: 'changed_meanwhile', detail: 'it has moved' }, 412);
      }
      return answer(body());
    },
  });
  return { client, sent, rollout, group };
}

const refusalOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof UnderstudyError ? error.message : String(error)),
  );

describe('a command on what was seen', () => {
  it('that takes a version off is carried out wherever it has come to meanwhile, and says what it saw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), fc.boolean(), async (moves, isGroup) => {
        const { client, sent, rollout, group } = startApi({ moves, ends: false });
        const done = isGroup
          ? actOnGroupSeen(client, group() as never, 'abort', { reason: 'x' })
          : actOnSeen(client, rollout() as never, 'abort', { reason: 'x' });
        expect(await refusalOf(done)).toBe('done');
        expect(sent).toEqual(Array.from({ length: moves + 1 }, (_, i) => `"r${i + 1}"`));
      }),
    );
  });

  it.each(['skip', 'approve', 'promote', 'pause'] as const)(
    '%s is not carried out at another step',
    async (action) => {
      const { client, sent, rollout } = startApi({ moves: 1, ends: false });
      const said = await refusalOf(actOnSeen(client, rollout() as never, action, { reason: 'x' }));
      expect(said).toMatch(/It has changed since you looked \(.+\); now: .+\. Nothing was done/);
      expect(sent).toHaveLength(1);
    },
  );

  it('that takes a version off is not carried out on one that has ended', async () => {
    const { client, sent, rollout, group } = startApi({ moves: 2, ends: true });
    const said = await refusalOf(actOnSeen(client, rollout() as never, 'abort', { reason: 'x' }));
    expect(said).toMatch(/now: succeeded, step .+ Nothing was done/);
    expect(sent).toHaveLength(2);
    const of = startApi({ moves: 1, ends: true });
    expect(group().state).toBe('succeeded');
    expect(await refusalOf(actOnGroupSeen(of.client, of.group() as never, 'abort', { reason: 'x' }))).toMatch(
      /now: m 2 is succeeded/,
    );
  });
});

it('a step is said with the index that a command takes, and not only as people count', () => {
  const said = standingOf({ state: 'running', step: { index: 0, kind: 'canary' } } as never);
  expect(said).toBe('running, step 1 (canary; index 0)');
  expect(standingOf({ state: 'awaiting_approval', step: null } as never)).toBe('awaiting approval');
});
