import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  actOnRollout,
  groupState,
  possibleActions,
  possibleGroupWords,
  Probes,
  promoteVersion,
  reconcileRollout,
  replaceSegments,
  requireRollout,
  retryGroup,
  type RolloutRecord,
  setEnvironment,
  type StartRollout,
  startRollout,
} from '#libs/engine';
import type { Action } from '#libs/rollout';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { ADMIN, APPROVED_POLICY, GroupOfThree } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * Walks the tables of docs/guides/rollouts.md that say what dates, queues, rings, environments and release groups add to the states of a
 * rollout: each word from each place, where it leads, and who serves then; and that no other word would be carried out there.
 */
const GUIDE = readFileSync('docs/guides/rollouts.md', 'utf8');
/** Rows of the table under this head. */
function rowsOf(head: string): readonly (readonly string[])[] {
  const lines = GUIDE.split('\n');
  const from = lines.findIndex((line) => line.startsWith(head)) + 2;
  const until = lines.findIndex((line, at) => at >= from && !line.startsWith('|'));
  return lines.slice(from, until).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const POLICY = {
  ...{ name: 'by hand', onNewVersion: 'queue', gates: [{ metric: 'error_rate', maxIncrease: 0.2 }] },
  steps: [{ canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } }, { bake: { duration: '1h' } }],
};
const RINGS = {
  ...POLICY,
  steps: [{ canary: { segment: 'staff', minRequests: 10, maxDuration: '1h' } }, ...POLICY.steps],
};
const ARTIFACT = { uri: 'file:///m', digest: `sha256:${'1'.repeat(64)}` };
const STAFF = new Map([['staff', { from: 'units' as const, units: ['u1'] }]]);
const HOUR = 3_600_000;

/** A model whose version 1 serves, with two more versions. */
async function models() {
  const db = new MemoryDatabase();
  const gateway = new FakeGateway(db.uow);
  for (const model of ['m', 'before'])
    for (let version = 1; version <= 3; version++) {
      const artifact = version === 1 ? { ...ARTIFACT, digest: `sha256:${'2'.repeat(64)}` } : ARTIFACT;
      await deployed(db.uow, await register(db.uow, model, { rollout: false, artifact }));
      if (version === 1)
        await db.uow.run((stores) =>
          promoteVersion(stores, model, 1, { reason: 'r', actor: 'ann', probes: Probes.FORCED }),
        );
    }
  const look = (id: string) => reconcileRollout(reconcilePorts(db.uow), id);
  const find = (id: string): Promise<RolloutRecord> => db.uow.read((stores) => requireRollout(stores, id));
  const release = (version: number, more: Partial<StartRollout> = {}): Promise<RolloutRecord> =>
    db.uow.run((stores) =>
      startRollout(stores, 'm', { version, policy: POLICY, reason: 'r', ...ADMIN, ...more }),
    );
  /** On its way, with its step's clock running. */
  const underWay = async (version: number, more: Partial<StartRollout> = {}): Promise<RolloutRecord> => {
    const { id } = await release(version, more);
    await look(id);
    await gateway.acknowledge('m');
    await look(id);
    return find(id);
  };
  return { db, look, find, release, underWay };
}
type Models = Awaited<ReturnType<typeof models>>;

/** Brings a rollout to each place of the guide. */
const PLACES: Readonly<Record<string, (its: Models) => Promise<RolloutRecord>>> = {
  'waits for its date': ({ db, release }) => release(2, { startAt: db.nowMs + HOUR }),
  'waits behind another one': async ({ underWay, release }) => {
    await underWay(2);
    return release(3);
  },
  'is in a ring': async ({ db, underWay }) => {
    await db.uow.run(async (stores) => {
      const model = await stores.models.lock('m');
      if (model) await replaceSegments(stores, model, STAFF, ADMIN);
    });
    return underWay(2, { policy: RINGS });
  },
  'is no longer proven in the environment before': async ({ db, underWay }) => {
    const on = await underWay(2);
    await db.uow.run(async (stores) => {
      await stores.models.lock('before');
      const model = await stores.models.lock('m');
      const reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
      if (model) await setEnvironment(stores, model, { name: 'prod', after: 'before' }, { ...ADMIN, reach });
    });
    return on;
  },
};
/** What a person may say there besides an action on the rollout. */
const RELEASED_AGAIN = 'release again, now';

async function say(its: Models, rollout: RolloutRecord, word: string): Promise<RolloutRecord> {
  if (word === RELEASED_AGAIN) return its.release(rollout.version, { startAt: null });
  const request = { action: word as Action, reason: 'r', ...ADMIN, probes: Probes.FORCED };
  const said = await its.db.uow.run((stores) => actOnRollout(stores, rollout.id, request));
  return its.find(said.id);
}

/** Whom callers get, in the guide's words. */
const serving = ({ db }: Models): string => {
  const route = db.state.routes.findLast(({ model }) => model === 'm');
  if (!route) return 'nobody';
  if (route.primary.version !== 1) return 'new';
  return route.candidate ? 'both' : 'old';
};

const WAITS = rowsOf('| a rollout that | action | then | serves |');
describe('what dates, queues, rings and environments add', () => {
  it.each(WAITS.map(([place = '', word = '', then = '', serves = '']) => ({ place, word, then, serves })))(
    '$place: $word',
    async ({ place, word, then, serves }) => {
      const its = await models();
      const rollout = await PLACES[place]!(its);
      const refusal = /^409 `(\w+)`$/.exec(then)?.[1];
      if (refusal !== undefined) {
        await expect(say(its, rollout, word)).rejects.toMatchObject({ code: refusal });
        expect([(await its.find(rollout.id)).state, serving(its)]).toEqual([rollout.state, serves]);
        return;
      }
      const after = await say(its, rollout, word);
      expect([after.state, serving(its)]).toEqual([then, serves]);
      if (word !== RELEASED_AGAIN) return;
      expect([after.id, (after.startAt ?? 0) <= its.db.nowMs]).toEqual([rollout.id, true]);
      await its.look(after.id);
      expect((await its.find(after.id)).state).toBe('running');
    },
  );

  it.each(Object.keys(PLACES))('%s: no other action is legal', async (place) => {
    const its = await models();
    const rollout = await PLACES[place]!(its);
    const possible = await its.db.uow.read((stores) => possibleActions(stores, rollout));
    const inGuide = WAITS.filter(([at, , then]) => at === place && !then?.startsWith('409')).map(
      ([, word]) => word,
    );
    expect(inGuide.filter((word) => word !== RELEASED_AGAIN).sort()).toEqual([...possible].sort());
  });

  it('each place has its rows', () => {
    expect([...new Set(WAITS.map(([place]) => place))].sort()).toEqual(Object.keys(PLACES).sort());
  });
});

/** Brings a release group of three to each place of the guide. */
const STANDINGS: Readonly<Record<string, (three: GroupOfThree) => Promise<void>>> = {
  'has not begun': async (three) => void (await three.start()),
  'on trial': async (three) => {
    await three.start();
    for (const model of three.models) await three.look(model);
  },
  'at its approval': async (three) => {
    await three.start(APPROVED_POLICY);
    for (const model of three.models) await three.ripen(model);
  },
  bakes: async (three) => {
    await three.start();
    for (const model of three.models) await three.ripen(model);
  },
  'one has gone back': async (three) => {
    await STANDINGS['on trial']!(three);
    const { id } = await three.member('ads');
    const request = { action: 'abort', reason: 'x', ...ADMIN, probes: Probes.FORCED } as const;
    await three.uow.run((stores) => actOnRollout(stores, id, request));
  },
  'has gone back': async (three) => {
    await STANDINGS['on trial']!(three);
    await three.act('abort');
  },
  'has succeeded': async (three) => {
    await STANDINGS['bakes']!(three);
    await three.act('finish');
  },
};

const GROUPS = rowsOf('| a release group | word | its members then | serve |');
describe('the words to a release group', () => {
  it.each(
    GROUPS.filter(([, word]) => word !== '–').map(([at = '', word = '', then = '', serve = '']) => ({
      ...{ at, word, then, serve },
    })),
  )('$at: $word', async ({ at, word, then, serve }) => {
    const three = new GroupOfThree(new MemoryDatabase().uow);
    await STANDINGS[at]!(three);
    if (word === 'retry') {
      const again = await three.uow.run((stores) => retryGroup(stores, three.id, { reason: 'r', ...ADMIN }));
      expect(again.id).not.toBe(three.id);
      three.id = again.id;
    } else {
      await three.act(word as 'abort');
      // An approval is carried out at the engine's next look.
      if (word === 'approve') for (const model of three.models) await three.look(model);
    }
    expect([...new Set(await three.states())].join(', ')).toBe(then);
    const primary = serve === 'new' ? 2 : 1;
    expect(await three.primaries()).toEqual({ ads: primary, fraud: primary, ranker: primary });
  });

  it.each(Object.keys(STANDINGS))('%s: no other word is possible', async (at) => {
    const three = new GroupOfThree(new MemoryDatabase().uow);
    await STANDINGS[at]!(three);
    const group = await three.group();
    const possible = await three.uow.read((stores) => possibleGroupWords(stores, group));
    const inGuide = GROUPS.filter(([place, word]) => place === at && word !== '–').map(([, word]) => word);
    expect(inGuide.sort()).toEqual([...possible].sort());
    expect(GROUPS.some(([place]) => place === at)).toBe(true);
    expect(['live', 'succeeded', 'rolled_back']).toContain(groupState(group));
  });

  it.each([
    ['on trial', 'rolled_back'],
    ['bakes', 'rolled_back'],
  ])('a member that goes back takes the others along, %s', async (at, state) => {
    const three = new GroupOfThree(new MemoryDatabase().uow);
    await STANDINGS[at]!(three);
    const { id } = await three.member('ads');
    const request = { action: 'abort', reason: 'x', ...ADMIN, probes: Probes.FORCED } as const;
    await three.uow.run((stores) => actOnRollout(stores, id, request));
    for (const model of three.models) await three.look(model);
    expect(await three.states()).toEqual(['aborted', state, state]);
    expect(await three.primaries()).toEqual({ ads: 1, fraud: 1, ranker: 1 });
  });
});
