import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  actOnRollout,
  probesOfAction,
  reconcileRollout,
  requireRollout,
  type RolloutRecord,
} from '#libs/engine';
import {
  ACTIONS,
  legalActions,
  parsePolicy,
  ROLLOUT_STATES,
  type Action,
  type RolloutState,
} from '#libs/rollout';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** Walks the table of docs/guides/rollouts.md: each action from each state, where it leads, and who serves then. */
interface Row {
  readonly state: RolloutState;
  readonly action: Action;
  readonly then: RolloutState;
  readonly serves: string;
}
const GUIDE = readFileSync('docs/guides/rollouts.md', 'utf8');
const ROWS = GUIDE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, state = '', action = '']) => isState(state) && ACTIONS.some((one) => one === action))
  .map(([, state, action, then, serves]) => ({ state, action, then, serves }) as Row);

function isState(text: string): text is RolloutState {
  return ROLLOUT_STATES.some((state) => state === text);
}

const CANARY = { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } };
const BAKE = { bake: { duration: '1h' } };
const GATES = { gates: [{ metric: 'error_rate', maxIncrease: 0.2 }] };
const WITH_APPROVAL = { name: 'asks', steps: [CANARY, { approval: { approvers: 1 } }, BAKE], ...GATES };
const WITHOUT = { name: 'asks nobody', steps: [CANARY, BAKE], ...GATES };
const needsApproval = ({ state, action, then }: Row): boolean =>
  then === 'awaiting_approval' || state === 'awaiting_approval' || action === 'approve';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const look = (id: string) => reconcileRollout(reconcilePorts(db.uow), id);
const find = (id: string): Promise<RolloutRecord> => db.uow.read((stores) => requireRollout(stores, id));

async function act(id: string, action: Action): Promise<RolloutRecord> {
  const serving = reconcilePorts(db.uow).checks.serving;
  const probes = await probesOfAction({ uow: db.uow, serving }, await find(id), action);
  const request = { action, actor: 'test', authority: 'admin' as const, reason: 'a test', probes };
  return db.uow.run((stores) => actOnRollout(stores, id, request));
}

/** Registers the next version of a model, deploys it and looks at it once. */
async function released(model: string, policy: object, isReady = true): Promise<string> {
  const registered = await register(db.uow, model, { rollout: { policy } });
  const id = registered.rollout?.id ?? '';
  if (!isReady) return id;
  await deployed(db.uow, registered);
  await look(id);
  return id;
}

/** A model with two proven primaries, and the rollout of its version 3 in the state that is asked for. */
async function standing(model: string, row: Row): Promise<RolloutRecord> {
  const gateway = new FakeGateway(db.uow, `gateway-${model}`);
  for (const version of [1, 2]) expect((await find(await released(model, AT_ONCE))).version).toBe(version);
  const id = await released(model, needsApproval(row) ? WITH_APPROVAL : WITHOUT, row.state !== 'pending');
  if (row.state === 'pending') return find(id);
  await gateway.acknowledge(model);
  await look(id);
  if (row.state === 'paused') await act(id, 'pause');
  if (row.state === 'awaiting_approval') await act(id, 'skip');
  if (row.state === 'baking') await act(id, 'promote');
  if (row.state === 'aborted') await act(id, 'abort');
  if (row.state === 'superseded') await released(model, AT_ONCE);
  if (row.state === 'rolled_back') {
    await gateway.post(model, id, { candidate: tally(200, 200), primary: tally(200) });
    await look(id);
  }
  return find(id);
}

/** Whom callers get, in the guide's words. */
async function serving({ modelId }: RolloutRecord): Promise<string> {
  const route = await db.uow.read((stores) => stores.routes.find(modelId));
  const words: Record<string, string> = {
    '2 and none': 'old',
    '2 and 3': 'both',
    '3 and none': 'new',
    // All but the few that the bake holds back to compare with.
    '3 and 2': 'new',
    '4 and none': 'the newer one',
  };
  const versions = `${route?.primary.version ?? 'none'} and ${route?.candidate?.version ?? 'none'}`;
  return words[versions] ?? versions;
}

describe('the states of a rollout, as the guide shows them', () => {
  it.each(ROWS.map((row, i) => [`${row.state}: ${row.action}`, row, i] as const))(
    '%s',
    async (_title, row, i) => {
      const before = await standing(`m${i}-${randomUUID()}`, row);
      expect(before.state).toBe(row.state);
      const acted = await act(before.id, row.action);
      // An approval is carried out at the engine's next look.
      if (row.action === 'approve') await look(acted.id);
      const after = await find(acted.id);
      expect([after.state, await serving(after)]).toEqual([row.then, row.serves]);
    },
  );

  it('are all that are legal, and no others', () => {
    const inGuide = ROWS.map(({ state, action }) => `${state} ${action}`).sort();
    const legal = [WITH_APPROVAL, WITHOUT].flatMap((document) => {
      const policy = parsePolicy(document);
      const at = (state: RolloutState): number =>
        policy.steps.findIndex(({ kind }) => kind === (KIND[state] ?? 'canary'));
      return ROLLOUT_STATES.filter((state) => at(state) !== -1).flatMap((state) =>
        legalActions({ state, stepIndex: at(state), policy }).map((action) => `${state} ${action}`),
      );
    });
    expect(inGuide).toEqual([...new Set(legal)].sort());
  });

  it('the picture has every row, and no other state', () => {
    const arrows = [...GUIDE.matchAll(/^ +(\w+) --> (\w+): (.*)$/gm)].map(([, from, to, by = '']) => ({
      from,
      to,
      by,
    }));
    for (const { from, to } of arrows) expect([from, to].every((one = '') => isState(one))).toBe(true);
    const shown = (row: Row): boolean =>
      arrows.some(
        ({ from, to, by }) => from === row.state && to === row.then && by.split(', ').includes(row.action),
      );
    const unnamed = ROWS.filter((row) => !shown(row)).map(({ state, action }) => `${state} ${action}`);
    // Skips go the way that the engine goes by itself; a retry is a rollout of its own.
    expect(unnamed.filter((one) => !/ (skip|promote|retry)$/.test(one))).toEqual([]);
  });
});

const KIND: Partial<Record<RolloutState, string>> = { awaiting_approval: 'approval', baking: 'bake' };
