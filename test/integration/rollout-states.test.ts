import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JUDGED, approval, steering } from '../../apps/api/src/rollouts/rollout.requests.ts';
import {
  type ActionRequest,
  actOnRollout,
  Probes,
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

/** Walks the table of docs/guides/rollouts.md: each action from each state, where it leads, who serves then, who may say it, and what it is refused with. */
interface Row {
  readonly state: RolloutState;
  readonly action: Action;
  readonly then: RolloutState;
  readonly serves: string;
  readonly who: string;
  /** Fields of the body. */
  readonly takes: readonly string[];
  /** Codes. */
  readonly refused: readonly string[];
}
const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
const GUIDE = readFileSync('docs/guides/rollouts.md', 'utf8');
const ROWS = GUIDE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, state = '', action = '']) => isState(state) && ACTIONS.some((one) => one === action))
  .map(([, state, action, then, serves, who, takes, refused]) => {
    const words = { takes: quoted(takes), refused: quoted(refused) };
    return { state, action, then, serves, who, ...words } as Row;
  });
/** Of each route of an action its scopes, as docs/guides/access.md has them (`access-matrix.test.ts` walks that table). */
const SCOPES = new Map(
  [
    ...readFileSync('docs/guides/access.md', 'utf8').matchAll(
      /^\| POST \| `\/api\/v1\/rollouts\/\{id\}\/(\w+)` \| ([^|]+?) \|/gm,
    ),
  ].map(([, action = '', scopes = '']) => [action, scopes]),
);

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

async function act(id: string, action: Action, more: Partial<ActionRequest> = {}): Promise<RolloutRecord> {
  const serving = reconcilePorts(db.uow).checks.serving;
  const probes = await probesOfAction({ uow: db.uow, serving }, await find(id), action);
  const request = { action, actor: 'test', authority: 'admin' as const, reason: 'a test', probes, ...more };
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

/** What each precondition of an action's own is refused for. */
const REFUSALS: Readonly<Record<string, (before: RolloutRecord) => Promise<Partial<ActionRequest>>>> = {
  version_not_ready: async () => ({ probes: Probes.NONE }),
  nobody_answers: async () => ({ probes: Probes.NONE }),
  frozen: ({ id }) => underPolicy(id, { freeze: [{ cron: '* * * * *', duration: '1h' }] }, {}),
  approval_stale: async () => ({ seen: { digest: `sha256:${'1'.repeat(64)}` } }),
  four_eyes: ({ id, createdBy }) => underPolicy(id, { fourEyes: true }, { actor: createdBy }),
};

/** From now on the rollout has more in its policy. What was parsed before is found by the hash. */
async function underPolicy(
  id: string,
  more: object,
  word: Partial<ActionRequest>,
): Promise<Partial<ActionRequest>> {
  await db.query('UPDATE rollout SET policy = policy || $2::jsonb, policy_hash = $3 WHERE id = $1', [
    ...[id, JSON.stringify(more), `sha256:${randomUUID()}`],
  ]);
  return word;
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

  it.each(
    ROWS.flatMap((row, i) =>
      ['step_moved', 'changed_meanwhile', ...row.refused].map(
        (code) => [`${row.state}: ${row.action}`, code, row, i] as const,
      ),
    ),
  )('%s is refused with %s, and changes nothing', async (_title, code, row, i) => {
    const { id } = await standing(`r${i}-${randomUUID()}`, row);
    const before = await find(id);
    const more =
      code === 'step_moved'
        ? { step: before.stepIndex + 7 }
        : code === 'changed_meanwhile'
          ? { revision: before.revision + 1 }
          : await REFUSALS[code]?.(before);
    expect([code, more]).not.toEqual([code, undefined]);
    const kept = await find(id);
    await expect(act(id, row.action, more)).rejects.toMatchObject({ code });
    expect(await find(id)).toEqual(kept);
    if (code !== 'frozen') return;
    await act(id, row.action, { overrideFreeze: true });
    expect((await find(id)).state).toBe(row.then);
  });

  it.each(ROWS.map((row) => [`${row.state}: ${row.action}`, row] as const))(
    '%s is said by those who may, with what it takes',
    async (_title, { action, who, takes, state }) => {
      expect(SCOPES.get(action)).toBe(who);
      const { shape } = JUDGED.includes(action) ? approval : steering;
      const values = {
        overrideFreeze: { overrideFreeze: true },
        startAt: { startAt: null },
        digest: { seen: { digest: 'x' } },
        policyHash: { seen: { policyHash: 'x' } },
      };
      const { id } = await standing(`t-${randomUUID()}`, {
        ...{ state, action, who, takes, then: 'pending', serves: '', refused: [] },
      });
      const unused = ['override_unused', 'start_of_retry_only', 'seen_unused'];
      for (const [field, word] of Object.entries(values)) {
        // By a step that it is not at: nothing is carried out where the field is of use.
        const refusal = act(id, action, { ...word, step: 99 }).catch(({ code }: { code: string }) => code);
        const isTaken = field in shape && !unused.includes(String(await refusal));
        expect([field, isTaken]).toEqual([field, takes.includes(field)]);
      }
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
    // A retry is a rollout of its own, and so an arrow from the beginning.
    expect(unnamed.filter((one) => !one.endsWith(' retry'))).toEqual([]);
    expect(GUIDE).toMatch(/^ +\[\*\] --> pending: .*\bretry\b/m);
  });
});

const KIND: Partial<Record<RolloutState, string>> = { awaiting_approval: 'approval', baking: 'bake' };
