import { expect, it } from '@jest/globals';
import { actOnRollout, probesOfAction, reconcileRollout, type Registered } from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/** Two people see the first of three canaries, and both end it: the second one's word is for a step that is over. */
it.each(['skip', 'pause', 'promote', 'abort'] as const)(
  '%s is for the step that was seen, and no other',
  async (action) => {
    const db = new MemoryDatabase();
    const ports = reconcilePorts(db.uow);
    const look = async ({ rollout }: Registered) => reconcileRollout(ports, rollout!.id);
    const first = await register(db.uow, 'm');
    await deployed(db.uow, first);
    await look(first);
    const canary = (weight: string) => ({ canary: { weight, minRequests: 10, maxDuration: '1h' } });
    const policy = {
      name: 'p',
      steps: ['1%', '10%', '50%'].map(canary),
      gates: [],
      promoteWhen: 'notFailed',
    };
    const second = await register(db.uow, 'm', { rollout: { policy } });
    await deployed(db.uow, second);
    await look(second);
    const id = second.rollout!.id;
    const record = () => db.state.rollouts.get(id)!;
    const say = async (what: typeof action, step: number) => {
      const probes = await probesOfAction({ uow: db.uow, serving: ports.checks.serving }, record(), what);
      const word = {
        action: what,
        step,
        actor: 'ann',
        authority: 'admin',
        reason: 'a test',
        probes,
      } as const;
      return db.uow.run((stores) => actOnRollout(stores, id, word));
    };
    await say('skip', 0);
    const before = record();
    expect(before).toMatchObject({ state: 'running', stepIndex: 1 });
    await expect(say(action, 0)).rejects.toMatchObject({ code: 'step_moved' });
    expect(record()).toEqual(before);
    await say(action, 1);
    expect(record()).not.toEqual(before);
  },
);
