import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Acted, carryOutAction, Probes, reconcileRollout, REPEAT_WITHIN_MS } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { type Action, ACTIONS, isLive } from '#libs/rollout';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * What has been done by the same words is the answer to them, whenever they are said again: at once, when the clock runs, in the next step, after
 * the end. Unless the engine has taken it back, or a later time makes another word of it (`skip`, `approve` of a rollout that lives). Mutants:
 * `repeat-is-refused`, `retry-again-refused`.
 */
const earning = { minRequests: 10, maxDuration: '1h' };
const canary = (weight: string) => ({ canary: { weight, ...earning } });
const BAKE = { bake: { duration: '1m' } };
const STEPS = [
  [{ shadow: earning }, canary('10%'), { approval: {} }, canary('50%'), BAKE],
  [canary('10%'), { approval: { approvers: 2 } }, BAKE],
  [canary('10%'), canary('50%')],
  [canary('50%'), BAKE],
];
/** What the world does by itself, without harm. */
const MEANWHILE = ['look', 'route', 'traffic', 'moment', 'while'] as const;
type Meanwhile = (typeof MEANWHILE)[number];
const AGAINST = new Set(['paused', 'rolled_back', 'aborted', 'superseded', 'approval_voided']);
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

class Scene {
  readonly db = new MemoryDatabase();
  private readonly gateway = new FakeGateway(this.db.uow);
  id = '';

  async release(steps: readonly object[]): Promise<void> {
    for (const policy of [AT_ONCE, { name: 'p', steps, promoteWhen: 'notFailed', gates: [] }]) {
      const registered = await register(this.db.uow, 'm', { rollout: { policy } });
      await deployed(this.db.uow, registered);
      this.id = registered.rollout?.id ?? '';
      if (policy === AT_ONCE) await this.pass('look');
    }
  }

  get rollout() {
    return this.db.state.rollouts.get(this.id)!;
  }

  /** All that a word could have changed. */
  get standing(): string {
    return JSON.stringify(
      [...this.db.state.rollouts.values()].map((one) => [one.id, one.state, one.revision]),
    );
  }

  async pass(one: Meanwhile): Promise<void> {
    const good = {
      primary: tally(20),
      candidate: tally(20),
      shadow: tally(20, 0, { compared: 20, agreed: 20 }),
    };
    if (one === 'look') await reconcileRollout(reconcilePorts(this.db.uow), this.id);
    if (one === 'route') await this.gateway.acknowledge('m');
    if (one === 'traffic') await this.gateway.post('m', this.id, good);
    await this.db.advance(one === 'while' ? 45_000 : one === 'moment' ? 2_000 : 100);
  }

  async say(action: Action, actor: string, step?: number): Promise<Acted | DomainError> {
    const word = { action, actor, reason: 'r', authority: 'admin', probes: Probes.FORCED, step } as const;
    try {
      return await this.db.uow.run((stores) => carryOutAction(stores, this.id, word));
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  eventsSince(at: number): readonly string[] {
    return [...this.db.state.events.values()]
      .flat()
      .filter((event) => event.at >= at && event.actor === 'engine')
      .map(({ type }) => type.replace('rollout.', ''));
  }
}

const meanwhile = fc.array(fc.constantFrom(...MEANWHILE), { maxLength: 12 });
/** How the rollout got to where it is. */
const before = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...MEANWHILE) }, fc.constantFrom(...ACTIONS)),
  { minLength: 2, maxLength: 14 },
);

it('is answered with what was done, and nothing more is done', async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      ...[fc.constantFrom(...STEPS), before, fc.constantFrom(...ACTIONS), meanwhile],
      async (steps, path, action, since) => {
        const scene = new Scene();
        await scene.release(steps);
        await scene.pass('look');
        for (const one of path)
          if (MEANWHILE.some((other) => other === one)) await scene.pass(one as Meanwhile);
          else await scene.say(one as Action, 'ann', scene.rollout.stepIndex);
        const saidAt = scene.db.nowMs;
        const { state, stepIndex } = scene.rollout;
        const first = await scene.say(action, 'ben', stepIndex);
        if (first instanceof DomainError || first.outcome !== null) return;
        // A retry is judged by what has become of the one that it made.
        const asked = scene.id;
        scene.id = first.rollout.id;
        await scene.db.advance(1);
        for (const one of since) await scene.pass(one);
        const events = scene.eventsSince(saidAt);
        if (events.some((type) => AGAINST.has(type))) return;
        const now = scene.rollout;
        const isLater = scene.db.nowMs - saidAt > REPEAT_WITHIN_MS && isLive(now.state);
        scene.id = asked;
        if (isLater && (action === 'skip' || (action === 'approve' && now.state === 'awaiting_approval')))
          return;
        const standing = scene.standing;
        const again = await scene.say(action, 'ben');
        expect([action, state, now.state, again instanceof DomainError ? again.code : again.outcome]).toEqual(
          [...[action, state, now.state, expect.stringMatching(/already/)]],
        );
        expect(scene.standing).toBe(standing);
        met.add(`${action}, then ${now.state}`);
      },
    ),
    { numRuns: 800 },
  );
  for (const one of [
    ...['pause, then paused', 'resume, then running', 'skip, then running', 'approve, then running'],
    ...['promote, then baking', 'promote, then succeeded', 'abort, then aborted', 'retry, then pending'],
  ])
    expect([one, met.has(one)]).toEqual([one, true]);
}, 300_000);
