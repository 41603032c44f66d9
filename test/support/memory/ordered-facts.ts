import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { waysBack, type ModelRecord, type RolloutRecord, type Stores } from '#libs/engine';
import { register } from '../builders.ts';
import type { ModelDatabase } from './model-database.ts';

/*
 * Facts of which an order is asked for later, written one after the other straight into the stores, and everything that is read by their order.
 */

const MODELS = ['a', 'b'] as const;
const VERSIONS = [1, 2, 3] as const;
/** A date that no clock of these tests reaches. */
const DATE = 2_000_000_000_000;

export interface Fact {
  readonly kind:
    'begin' | 'end' | 'prove' | 'queue' | 'plan' | 'group' | 'settle' | 'token' | 'subscribe' | 'tell';
  readonly model: (typeof MODELS)[number];
  readonly version: (typeof VERSIONS)[number];
  readonly isGood: boolean;
  /** Where the clock goes before it, in ms. */
  readonly clock: number;
}

export const facts: fc.Arbitrary<Fact[]> = fc.array(
  fc.record({
    // Mostly terms: of them the most hangs.
    kind: fc.constantFrom(
      ...(['begin', 'begin', 'begin', 'end', 'prove', 'queue', 'queue', 'plan'] as const),
      ...(['group', 'settle', 'token', 'subscribe', 'tell', 'tell'] as const),
    ),
    model: fc.constantFrom(...MODELS),
    version: fc.constantFrom(...VERSIONS),
    isGood: fc.boolean(),
    clock: fc.constantFrom(0, 0, -3_600_000, -1, 1, 1_000, 3_600_000),
  }),
  { minLength: 2, maxLength: 16 },
);

/** Writes them, and says what is read then, with names in place of ids. @param clock how far it goes before a fact */
export async function playFacts(
  db: ModelDatabase,
  all: readonly Fact[],
  clock: (fact: Fact) => number,
): Promise<Seen> {
  for (const model of MODELS) for (const _ of VERSIONS) await register(db.uow, model, { rollout: false });
  const names = new Map<string, string>();
  for (const [at, fact] of all.entries()) {
    await db.advance(clock(fact));
    await db.uow.run((stores) => write(stores, fact, (id, suffix = '') => names.set(id, `${at}${suffix}`)));
  }
  const { decisions, lists } = await db.uow.read((stores) => read(stores, names));
  return { decisions, lists: { ...lists, probed: await probed(db) } };
}

class Undone extends Error {}

/** Which versions' servers are asked from time to time: primaries, and those that a rollback would go to. */
async function probed(db: ModelDatabase): Promise<readonly string[]> {
  const found: string[] = [];
  const claim = db.uow.run(async (stores) => {
    const claimed = await stores.deployments.claimProbes(100);
    found.push(...claimed.map(({ version: { model, version } }) => `${model} ${version}`));
    throw new Undone();
  });
  await claim.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return found.sort();
}

type Name = (id: string, suffix?: string) => void;

async function write(stores: Stores, fact: Fact, name: Name): Promise<void> {
  const { kind, version, isGood } = fact;
  // As the engine does: whoever writes about a model holds its lock, of several in the order of their names.
  for (const each of MODELS) if (kind === 'group' || each === fact.model) await stores.models.lock(each);
  const model = await modelOf(stores, fact.model);
  switch (kind) {
    case 'begin': {
      const primaryHistory = [...model.primaryHistory.filter((one) => one !== version), version];
      await stores.models.update(model.id, { primary: version, primaryHistory });
      return stores.models.beginTerm(model.id, version, {
        previousWasGood: isGood,
        proven: model.primary === null,
      });
    }
    case 'end':
      return stores.models.endTerm(model.id, isGood);
    case 'prove':
      return stores.models.proveTerm(model.id);
    case 'queue':
    case 'plan': {
      const id = randomUUID();
      name(id);
      return stores.rollouts.insert(rollout(id, model, version, kind === 'plan' ? DATE + version : null));
    }
    case 'group': {
      const id = randomUUID();
      name(id);
      await stores.groups.insert({ id, reason: '', createdBy: 'test' });
      for (const each of MODELS) {
        const member = randomUUID();
        name(member, each);
        const of = await modelOf(stores, each);
        await stores.rollouts.insert({ ...rollout(member, of, version, null), groupId: id });
      }
      return;
    }
    case 'settle': {
      const waiting = await stores.rollouts.queued(model.id);
      const first = waiting[version % Math.max(1, waiting.length)];
      if (!first) return;
      const [state, endedAt] = [
        isGood ? ('succeeded' as const) : ('rolled_back' as const),
        await stores.now(),
      ];
      const verdicts = [{}] as unknown as RolloutRecord['verdicts'];
      await stores.rollouts.transition(first.id, first.revision, { queued: false, state, endedAt, verdicts });
      return;
    }
    case 'token': {
      const id = randomUUID();
      name(id);
      const token = { id, name: id, hash: id, scopes: ['read' as const], models: null, owner: null };
      return stores.tokens.insert({ ...token, expiresAt: null });
    }
    case 'subscribe': {
      const id = randomUUID();
      name(id);
      const to = { name: id, url: 'http://127.0.0.1:9', secrets: [], events: ['*'], models: null };
      await stores.subscriptions.insert({ id, ...to, format: 'cloudevents', createdBy: 'test' });
      return;
    }
    case 'tell': {
      const told = { rolloutId: null, type: 'told', actor: 'test', data: {} };
      return stores.events.append({ modelId: model.id, ...told });
    }
  }
}

export interface Seen {
  readonly decisions: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, unknown>>;
}

async function read(stores: Stores, names: ReadonlyMap<string, string>): Promise<Seen> {
  const named = (rows: readonly { readonly id: string }[]): string[] =>
    rows.map(({ id }) => names.get(id) ?? id);
  const decisions: Record<string, unknown> = {};
  const lists: Record<string, unknown> = {
    rollouts: named(await allPages((page) => stores.rollouts.list({}, page))),
    groups: named(await allPages((page) => stores.groups.list({ live: false, models: null }, page))),
    tokens: named(await stores.tokens.list()),
    subscriptions: named(await stores.subscriptions.list()),
  };
  for (const { id } of await stores.subscriptions.list())
    lists[`deliveries to ${names.get(id)}`] = (
      await allPages((page) => stores.subscriptions.deliveries(id, null, page))
    ).map(({ model, sequence }) => `${model} ${sequence}`);
  for (const name of MODELS) {
    const model = await modelOf(stores, name);
    const goodUntil = await Promise.all(
      VERSIONS.map((version) => stores.models.lastGoodTermEnd(model.id, version)),
    );
    decisions[name] = {
      terms: await stores.models.newestTerms(model.id, VERSIONS),
      isGood: goodUntil.map((until) => until !== null),
      waysBack: (await waysBack(stores, model)).there.map(({ version }) => version.version),
      queue: named(await stores.rollouts.queued(model.id)),
      next: names.get((await stores.rollouts.nextQueued(model.id))?.id ?? ''),
      tries: await Promise.all(VERSIONS.map((version) => stores.rollouts.triesOf(model.id, version))),
    };
    lists[`rollouts of ${name}`] = named(
      await allPages((page) => stores.rollouts.list({ modelId: model.id }, page)),
    );
  }
  return { decisions, lists };
}

async function allPages<T>(
  list: (page: { pageSize: number; pageToken: string | null }) => Promise<{
    readonly items: readonly T[];
    readonly nextPageToken: string | null;
  }>,
): Promise<T[]> {
  const found: T[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ pageSize: 3, pageToken });
    found.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return found;
}

async function modelOf(stores: Stores, name: string): Promise<ModelRecord> {
  const found = await stores.models.find(name);
  if (!found) throw new Error(`there is no model ${name}`);
  return found;
}

const rollout = (
  id: string,
  model: ModelRecord,
  version: number,
  startAt: number | null,
): Parameters<Stores['rollouts']['insert']>[0] => ({
  ...{
    id,
    version,
    startAt,
    modelId: model.id,
    intent: 'release',
    from: null,
    state: 'pending',
    stepIndex: 0,
  },
  ...{ stepStartedAt: null, clockStoppedAt: null, checks: null, approvals: [], faults: [], startPhase: null },
  ...{ valueBounds: null, attempt: null, overridesFreeze: false, overridesEnvironment: false, queued: true },
  ...{ groupId: null, revision: 1, policy: {}, policyHash: '', verdicts: [], decision: null, reason: '' },
  createdBy: 'test',
});
