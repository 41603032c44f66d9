import { NO_OLD_EVENTS } from './no-old-events.ts';
import {
  GATEWAY_ALIVE_MS,
  GENESIS,
  HAND_EVENTS,
  hashEvent,
  type DeploymentRecord,
  type ModelRecord,
  type RelatedRollout,
  type RolloutPatch,
  type RolloutRecord,
  type Stores,
  type SubscriptionStore,
  type TokenStore,
  type UnitOfWork,
} from '#libs/engine';
import { canonicalJson } from '#libs/kernel';
import { addCounted, NO_STEP_EVIDENCE, type Evidence, type StepEvidence } from '#libs/rollout';
import { beforeNow, mergeTallies } from '#libs/stats';
import { agendaOf } from './memory-agenda.ts';
import { counted, Crash, type ModelDatabase } from './model-database.ts';
import { memoryGroups } from './memory-groups.ts';
import { dueSinceOf, queuedOf } from './memory-queue.ts';
import { memoryTerms } from './memory-terms.ts';
import { copyState, emptyState, type MemoryState, type StoredRoute } from './memory-state.ts';

/**
 * The engine's ports in memory, with transactions that are kept whole or not at all. For tests that
 * need many thousand runs; the same commands are played on a real PostgreSQL in `test/integration/engine-model.test.ts`.
 */
export class MemoryDatabase implements ModelDatabase {
  state = emptyState();
  nowMs = 1_700_000_000_000;
  crashIn: number | null = null;
  /** Is told of each transaction that is committed: what was, and what is. */
  onCommit: (before: MemoryState, after: MemoryState) => void = () => undefined;
  private busy: Promise<unknown> = Promise.resolve();

  /**
   * @param checksRevision `false` breaks the engine on purpose: compare-and-swap without the compare
   * @param isSteady time passes by `advance` only; otherwise each look at the clock takes a millisecond
   */
  constructor(
    private readonly checksRevision = true,
    private readonly isSteady = false,
  ) {}

  readonly uow: UnitOfWork = {
    read: (work) => this.uow.run(work),
    run: (work) => {
      const done = this.busy.then(async () => {
        const draft = copyState(this.state);
        const result = await work(this.crashing(storesOf(draft, () => this.now(), this.checksRevision)));
        const before = this.state;
        this.state = draft;
        this.onCommit(before, draft);
        return result;
      });
      this.busy = done.catch(() => undefined);
      return done;
    },
  };

  async refresh(): Promise<void> {
    // Nobody else writes it.
  }

  async advance(ms: number): Promise<void> {
    this.nowMs += ms;
  }

  private now(): number {
    return this.isSteady ? this.nowMs : this.nowMs++;
  }

  private crashing(stores: Stores): Stores {
    if (this.crashIn === null) return stores;
    return counted(stores, () => {
      if (this.crashIn !== null && --this.crashIn < 0) throw new Crash('the process died');
    });
  }
}

const NO_LINEAGE: Stores['lineage'] = {
  add: async () => undefined,
  unacknowledged: async () => [],
  edges: async () => [],
  describe: async () => [],
  renamed: async () => undefined,
};

/** No gateway of these worlds says anything of primaries. */
const NO_OUTAGES: Stores['outages'] = {
  tell: async () => undefined,
  inQuestion: async () => [],
  looks: async () => [],
  save: async () => undefined,
  ofModels: async () => new Map(),
  all: async () => [],
};

function storesOf(s: MemoryState, now: () => number, checksRevision: boolean): Stores {
  const versionKey = (modelId: string, version: number): string => `${modelId} ${version}`;
  const byId = (modelId: string): ModelRecord => {
    const found = [...s.models.values()].find((m) => m.id === modelId);
    if (!found) throw new Error(`no model ${modelId}`);
    return found;
  };
  const rolloutsOf = (modelId: string): RolloutRecord[] =>
    [...s.rollouts.values()].filter((r) => r.modelId === modelId && r.endedAt === null);
  /** Past `pending`, by itself or with another member of its release group. */
  const isUnderWay = (rollout: RolloutRecord): boolean =>
    rollout.state !== 'pending' ||
    (rollout.groupId !== null &&
      [...s.rollouts.values()].some(
        (one) => one.groupId === rollout.groupId && one.endedAt === null && one.state !== 'pending',
      ));
  const newestRoute = (modelId: string): StoredRoute | null =>
    s.routes.findLast((route) => route.modelId === modelId) ?? null;
  const write = (id: string, expected: number, patch: RolloutPatch, bump: number): boolean => {
    const found = s.rollouts.get(id);
    if (!found || (checksRevision && found.revision !== expected)) return false;
    const next = { ...found, ...patch, revision: found.revision + bump };
    const clash = rolloutsOf(next.modelId).some((r) => r.id !== id && !r.queued);
    if (!next.queued && next.endedAt === null && clash) throw new Error('two live rollouts of a model');
    s.rollouts.set(id, next);
    return true;
  };
  const digestOf = (modelId: string, version: number): string | undefined =>
    (s.versions.get(versionKey(modelId, version)) ?? s.deleted.get(versionKey(modelId, version)))?.artifact
      ?.digest;
  const none = { items: [], nextPageToken: null };
  return {
    now: async () => now(),
    isWritable: async () => true,
    outages: NO_OUTAGES,
    models: {
      find: async (name) => s.models.get(name) ?? null,
      lock: async (name) => s.models.get(name) ?? null,
      keep: async (name) => s.models.get(name) ?? null,
      claimName: async () => undefined,
      insert: async (model) => {
        if (s.models.has(model.name)) return false;
        s.models.set(model.name, { ...model, createdAt: now(), updatedAt: now() });
        return true;
      },
      update: async (id, patch) => {
        const model = byId(id);
        s.models.set(model.name, { ...model, ...patch });
      },
      remove: async () => undefined,
      policyText: async () => null,
      search: async () => ({ items: [], more: false, cursor: null }),
      comingAfter: async (id) =>
        [...s.models.values()].filter((m) => m.environment?.after?.id === id).map((m) => m.name),
      primaryTimes: async () => none,
      ...memoryTerms(s, now, digestOf),
    },
    lineage: NO_LINEAGE,
    artifacts: {
      noteUpload: async () => undefined,
      namedOf: async () => new Set<string>(),
      uploadersOf: async () => [],
      usesOf: async () => ({ isTheirs: true, isOthers: false }),
    },
    segments: {
      of: async (modelId) => s.segments.get(modelId) ?? new Map(),
      replace: async (modelId, segments) => void s.segments.set(modelId, segments),
    },
    aliases: {
      find: async () => null,
      ofModels: async () => new Map(),
      set: async () => undefined,
      remove: async () => false,
      removeOfVersion: async () => undefined,
    },
    versions: {
      findByName: async (name, version) =>
        [...s.versions.values()].find((v) => v.model === name && v.version === version) ?? null,
      withDigest: async (modelId, digest) =>
        [...s.versions.values(), ...s.deleted.values()]
          .filter((v) => v.modelId === modelId && v.artifact?.digest === digest)
          .map((v) => ({ version: v.version, isDeleted: s.deleted.has(versionKey(modelId, v.version)) }))
          .sort((a, b) => a.version - b.version),
      latestOfStages: async () => [],
      ofStage: async () => [],
      findByAlias: async () => null,
      update: async () => null,
      replaceOutputSpec: async () => null,
      replaceServing: async () => null,
      remove: async (modelId, version) => {
        const found = s.versions.get(versionKey(modelId, version));
        if (found) s.deleted.set(versionKey(modelId, version), found);
        s.versions.delete(versionKey(modelId, version));
      },
      search: async () => ({ items: [], more: false, cursor: null }),
      metricSeries: async () => none,
      card: async () => '',
      find: async (modelId, version) => s.versions.get(versionKey(modelId, version)) ?? null,
      insert: async (version) => {
        const of = byId(version.modelId);
        const model = of.name;
        s.models.set(model, { ...of, nextVersion: version.version + 1 });
        const record = { ...version, model, aliases: [], hasCard: false, createdAt: now(), updatedAt: now() };
        s.versions.set(versionKey(version.modelId, version.version), record);
        return record;
      },
      addMetrics: async () => undefined,
      latestMetrics: async () => new Map(),
    },
    rollouts: {
      find: async (id) => s.rollouts.get(id) ?? null,
      findLive: async (modelId) => rolloutsOf(modelId).find((r) => !r.queued) ?? null,
      findQueued: async (modelId, version) =>
        rolloutsOf(modelId).find((r) => r.queued && r.version === version) ?? null,
      nextQueued: async (modelId) => queuedOf(s, modelId)[0] ?? null,
      queued: async (modelId) => queuedOf(s, modelId),
      insert: async (rollout) => {
        if (!rollout.queued && rolloutsOf(rollout.modelId).some((r) => !r.queued))
          throw new Error('two live rollouts of a model');
        const model = byId(rollout.modelId).name;
        s.dueSince.set(rollout.id, dueSinceOf(s, rollout.groupId, now()));
        s.rollouts.set(rollout.id, { ...rollout, model, createdAt: now(), endedAt: null });
      },
      triesOf: async (modelId, version) => {
        const digest = digestOf(modelId, version);
        const tried = [...s.rollouts.values()].filter(
          (r) =>
            r.modelId === modelId &&
            (r.version === version || (digest !== undefined && digestOf(modelId, r.version) === digest)),
        );
        const since = tried.findLastIndex((r) => r.state === 'succeeded');
        return tried.slice(since + 1).filter((r) => r.verdicts.length > 0).length;
      },
      list: async ({ modelId }, { pageSize }) => ({
        ...none,
        items: [...s.rollouts.values()]
          .filter((r) => modelId === r.modelId)
          .toReversed()
          .slice(0, pageSize),
      }),
      liveOfModels: async () => new Map(),
      transition: async (id, expected, patch) => write(id, expected, patch, 1),
      note: async (id, expected, patch) => write(id, expected, patch, 0),
      liveOf: async (ids) => [...s.rollouts.values()].filter((r) => r.endedAt === null && ids.includes(r.id)),
      noteAll: async (notes) => {
        for (const { id, revision, ...patch } of notes) write(id, revision, patch, 0);
      },
    },
    groups: memoryGroups(s, now),
    routes: {
      find: async (modelId) => newestRoute(modelId),
      all: async () => [...s.models.values()].flatMap((m) => newestRoute(m.id) ?? []),
      lastRevisionNamed: async () => 0,
      revisions: async () =>
        [...s.models.values()].flatMap(({ id, name }) => {
          const route = newestRoute(id);
          return route ? [{ modelId: id, model: name, revision: route.revision }] : [];
        }),
      save: async (modelId, route, stepIndex, startPhase) => {
        if (s.routes.some((r) => r.modelId === modelId && r.revision === route.revision))
          throw new Error('two routes of one revision');
        s.routes.push({
          ...route,
          model: byId(modelId).name,
          modelId,
          stepIndex,
          startPhase,
          createdAt: now(),
        });
      },
      acknowledgement: async (modelId, revision) => {
        const alive = [...s.gateways]
          .filter(([, g]) => Math.abs(now() - g.seenAt) < GATEWAY_ALIVE_MS)
          .map(([id]) => id);
        const behind = alive.filter((id) => (s.acknowledged.get(`${id} ${modelId}`) ?? 0) < revision);
        return { alive: alive.length, behind };
      },
      unheard: async (modelId, revision, withinMs) =>
        [...s.gateways]
          .filter(([, g]) => Math.abs(now() - g.seenAt) >= GATEWAY_ALIVE_MS && g.seenAt > now() - withinMs)
          .map(([id]) => id)
          .filter((id) => (s.acknowledged.get(`${id} ${modelId}`) ?? revision) < revision)
          .sort(),
      stepRoutedAt: async ({ modelId, id, stepIndex }) =>
        s.routes.find((r) => r.modelId === modelId && r.rolloutId === id && r.stepIndex === stepIndex)
          ?.createdAt ?? null,
      lastHeardAt: async () => {
        const seen = [...s.gateways.values()]
          .map((g) => g.seenAt)
          .filter((at) => at > -Infinity && at < now() + GATEWAY_ALIVE_MS);
        return seen.length === 0 ? null : Math.max(...seen);
      },
    },
    feedback: {
      noteServed: async () => [],
      findServed: async () => new Map(),
      claim: async (identities) => {
        const fresh = identities.filter(({ identity }) => !s.feedback.has(identity));
        for (const { identity } of fresh) s.feedback.add(identity);
        return { fresh: new Set(fresh.map(({ identity }) => identity)), beyond: new Set() };
      },
      guardedBy: async () => [],
      routeAt: async (modelId) => newestRoute(modelId),
    },
    samples: { keep: async () => [], ofRollout: async () => [] },
    textPairs: {
      keep: async () => [],
      spent: async () => [],
      claim: async () => [],
      settle: async () => true,
      again: async () => undefined,
      answer: async () => null,
      noteAnswer: async () => undefined,
      dropEnded: async () => undefined,
    },
    fleet: { planes: async () => [], abilities: async () => [], routed: async () => 0 },
    abilities: { note: async () => undefined, seen: async () => new Set() },
    embeddingPairs: {
      keep: async () => [],
      claim: async () => [],
      renew: async () => undefined,
      book: async () => true,
      spent: async () => ({ requests: 0, tokens: 0 }),
      correct: async () => undefined,
      settle: async () => true,
      again: async () => true,
      vectors: async () => [],
      noteVectors: async () => undefined,
      forgetVectors: async () => undefined,
      dropEnded: async () => undefined,
    },
    evidence: {
      claimBatch: async ({ gateway, boot, sequence, serves }) => {
        const known = s.gateways.get(gateway);
        if (known && known.boot !== boot)
          for (const key of s.acknowledged.keys())
            if (key.startsWith(`${gateway} `)) s.acknowledged.delete(key);
        const last = s.boots.get(`${gateway} ${boot}`) ?? 0;
        const isNew = last < sequence;
        s.boots.set(`${gateway} ${boot}`, Math.max(last, sequence));
        s.gateways.set(gateway, { boot, seenAt: serves === false ? (known?.seenAt ?? -Infinity) : now() });
        return isNew;
      },
      acknowledge: async (gateway, acknowledged) => {
        for (const { model, revision } of acknowledged) {
          const found = s.models.get(model);
          if (!found) continue;
          const key = `${gateway} ${found.id}`;
          s.acknowledged.set(key, Math.max(revision, s.acknowledged.get(key) ?? 0));
        }
      },
      add: async (entries) => {
        const woken = new Set<string>();
        for (const entry of entries) {
          const route = s.routes.find(
            (r) => r.rolloutId === entry.rolloutId && r.revision === entry.revision,
          );
          if (!route || route.stepIndex === null) continue;
          const key = `${entry.rolloutId} ${entry.revision} ${entry.arm}`;
          const before = s.evidence.get(key)?.tally;
          const tallies = [...(before ? [before] : []), entry.tally];
          const tally = mergeTallies(tallies.map((one) => beforeNow(one, now())));
          s.evidence.set(key, { entry, stepIndex: route.stepIndex, startPhase: route.startPhase, tally });
          woken.add(entry.rolloutId);
        }
        return { rollouts: [...woken], refused: [] };
      },
      ofRollout: async (rolloutId) => evidenceOf(s, rolloutId, now()),
      ofRollouts: async (ids) => new Map(ids.map((id) => [id, evidenceOf(s, id, now())])),
      traces: async () => [],
    },
    sources: {
      claimDue: async (rolloutId, stepIndex, { gates, hurried }, claimMs) =>
        gates.filter((gate) => {
          const key = `${rolloutId} ${stepIndex} ${gate}`;
          const known = s.readings.get(key);
          const isOld = known?.claimed === true && known.nextAt > now() + claimMs + 1_000;
          if (known && known.nextAt > now() && !isOld && (known.claimed || !hurried.includes(gate)))
            return false;
          const reading = known?.reading ?? null;
          const nextAt = now() + claimMs;
          s.readings.set(key, { rolloutId, stepIndex, gate, reading, nextAt, claimed: true });
          return true;
        }),
      nextReads: async (ids) =>
        [...s.readings.values()]
          .filter((reading) => ids.includes(reading.rolloutId))
          .map(({ nextAt, ...reading }) => ({ ...reading, at: nextAt })),
      askAnew: async (rolloutId, stepIndex) => {
        for (const [key, known] of s.readings) {
          if (known.rolloutId !== rolloutId || known.stepIndex !== stepIndex) continue;
          const { asked: _asked, ...reading } = known.reading ?? {};
          const kept = known.reading && ({ ...reading, consecutiveErrors: 0 } as typeof known.reading);
          s.readings.set(key, { ...known, reading: kept, nextAt: known.claimed ? known.nextAt : now() });
        }
      },
      findForUpdate: async (rolloutId, stepIndex, gate) =>
        s.readings.get(`${rolloutId} ${stepIndex} ${gate}`)?.reading ?? null,
      save: async (rolloutId, stepIndex, gate, reading, nextInMs) => {
        const nextAt = now() + nextInMs;
        const key = `${rolloutId} ${stepIndex} ${gate}`;
        s.readings.set(key, { rolloutId, stepIndex, gate, reading, nextAt, claimed: false });
      },
    },
    deployments: {
      find: async (modelId, version) => s.deployments.get(versionKey(modelId, version)) ?? null,
      save: async (deployment) => {
        const key = versionKey(deployment.modelId, deployment.version);
        const before = s.deployments.get(key);
        const since = before?.state === deployment.state ? before.since : now();
        const { readyPath = before?.readyPath ?? null } = deployment;
        const askedAt = before === undefined || before.state === 'retired' ? now() : before.askedAt;
        const rest = { since, askedAt, readyPath, misses: before?.misses ?? 0, updatedAt: now() };
        s.deployments.set(key, { ...deployment, ...rest });
      },
      ofRollouts: async (ids) =>
        new Map(
          ids.flatMap((id): [string, DeploymentRecord][] => {
            const rollout = s.rollouts.get(id);
            const found = rollout && s.deployments.get(versionKey(rollout.modelId, rollout.version));
            return found ? [[id, found]] : [];
          }),
        ),
      wanted: async () => [],
      unwanted: async () => [],
      ofVersions: async (modelId, versions) =>
        new Map(
          versions.flatMap((version) => {
            const found = s.deployments.get(versionKey(modelId, version));
            return found ? [[version, found] as const] : [];
          }),
        ),
      claimProbes: async () => [],
      noteProbe: async () => undefined,
      count: async () => [],
    },
    relations: {
      downstreams: async (model) =>
        [...s.models.values()]
          .filter((m) => {
            const primary = m.primary === null ? undefined : s.versions.get(versionKey(m.id, m.primary));
            return m.name !== model && primary?.upstreams.some((u) => u.model === model);
          })
          .map((m) => m.name),
      underWay: async ({ model, groupId }, upstreams) =>
        [...s.rollouts.values()].flatMap((r): RelatedRollout[] => {
          if (r.endedAt !== null || r.queued || !isUnderWay(r) || r.model === model) return [];
          if (groupId !== null && r.groupId === groupId) return [];
          if (upstreams.includes(r.model))
            return [{ model: r.model, version: r.version, relation: 'upstream', acknowledged: true }];
          const consumes = [r.version, byId(r.modelId).primary].some((v) =>
            s.versions.get(versionKey(r.modelId, v ?? 0))?.upstreams.some((u) => u.model === model),
          );
          return consumes
            ? [{ model: r.model, version: r.version, relation: 'downstream', acknowledged: true }]
            : [];
        }),
      exclude: async () => undefined,
      excludeAll: async () => undefined,
    },
    events: {
      append: async ({ modelId, rolloutId, type, actor, data }) => {
        const chain = s.events.get(modelId) ?? [];
        const plain = JSON.parse(canonicalJson(data)) as Record<string, unknown>;
        const link = { modelId, sequence: chain.length + 1, rolloutId, type, actor, data: plain, at: now() };
        s.events.set(modelId, [...chain, { ...link, hash: hashEvent(chain.at(-1)?.hash ?? GENESIS, link) }]);
      },
      holdInstallation: async () => undefined,
      appendToInstallation: async () => undefined,
      handsOn: async (modelId, version) =>
        (s.events.get(modelId) ?? [])
          .filter(({ type, data }) => HAND_EVENTS.includes(type) && data['version'] === version)
          .map(({ actor }) => actor),
      ...NO_OLD_EVENTS,
      heads: async () => [],
      since: async () => ({ now: now(), events: [] }),
      ofRollout: async (rolloutId) =>
        [...s.events.values()]
          .flat()
          .filter((event) => event.rolloutId === rolloutId)
          .map(({ modelId, ...event }) => ({ ...event, model: byId(modelId).name })),
      chain: async (modelId, after, limit) =>
        (s.events.get(modelId) ?? []).filter((link) => link.sequence > after).slice(0, limit),
      list: async (modelId, { pageSize, pageToken }) => {
        const all = [...(s.events.get(modelId ?? '') ?? [])].reverse();
        const to = Number(pageToken ?? 0) + pageSize;
        const items = all
          .slice(to - pageSize, to)
          .map(({ modelId: _id, ...event }) => ({ ...event, model: byId(modelId ?? '').name }));
        return { items, nextPageToken: to < all.length ? String(to) : null };
      },
    },
    agenda: agendaOf(s, now),
    deliveries: {
      remember: async () => undefined,
      insertSource: async () => false,
      removeSource: async () => false,
      useOnce: async () => true,
    },
    tokens: NO_TOKENS,
    subscriptions: NO_SUBSCRIPTIONS,
  };
}

const NO_SUBSCRIPTIONS: SubscriptionStore = {
  insert: async () => undefined,
  find: async () => null,
  list: async () => [],
  update: async () => undefined,
  remove: async () => false,
  claimDue: async () => [],
  settle: async () => undefined,
  deliveries: async () => ({ items: [], nextPageToken: null }),
  replay: async () => 0,
};

/** The engine's rules ask no tokens. */
const NO_TOKENS: TokenStore = {
  insert: async () => undefined,
  use: async () => null,
  find: async () => null,
  alive: async () => [],
  endBy: async () => undefined,
  list: async () => [],
  remove: async () => false,
  any: async () => false,
  removeByName: async () => undefined,
};

function evidenceOf(s: MemoryState, wanted: string, nowMs: number): Evidence {
  const steps: Record<number, StepEvidence> = {};
  for (const { entry, stepIndex, startPhase, tally } of s.evidence.values())
    if (entry.rolloutId === wanted)
      steps[stepIndex] = addCounted(steps[stepIndex] ?? NO_STEP_EVIDENCE, {
        ...{ startPhase, tally: beforeNow(tally, nowMs), arm: entry.arm, segment: entry.segment ?? null },
      });
  for (const { rolloutId, stepIndex, gate, reading } of s.readings.values()) {
    if (rolloutId !== wanted || reading === null) continue;
    const step = steps[stepIndex] ?? NO_STEP_EVIDENCE;
    steps[stepIndex] = { ...step, sources: { ...step.sources, [gate]: reading } };
  }
  return steps;
}
