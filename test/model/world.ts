import {
  actOnRollout,
  ALIVE,
  ingestEvidence,
  type Evaluation,
  type MetricSource,
  type Probed,
  type Probes,
  readAnswer,
  type Readiness,
  readyPathsOf,
  type RolloutRecord,
  type ServingProbe,
  unreachable,
} from '#libs/engine';
import { isLive, trafficStepAt } from '#libs/rollout';
import { policyOf } from '#libs/engine';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { ALL } from '#libs/kernel';
import type { Arm } from '#libs/traffic';
import { reconcilePorts } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import type { ModelDatabase } from '../support/memory/model-database.ts';
import { CommitWatch } from './invariants/commit-watch.ts';

/** Where the suite's servers say that they are ready. */
export const READY_PATH = '/health';

/** What a gateway posts. */
export interface Batch {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
  readonly acknowledged: readonly { model: string; revision: number }[];
  readonly entries: readonly { rolloutId: string; revision: number; arm: Arm; tally: Tally }[];
}

/** A question that was put to the metric source, and where the rollout's step was then. */
export interface Asked {
  readonly rolloutId: string;
  readonly step: number;
  readonly at: number;
  /** How long the clock of the step had run, in ms. */
  readonly elapsedMs: number;
  /** Requests of the version on trial that had been counted in this step. */
  readonly requests: number;
  readonly outcome: 'pass' | 'fail' | 'undecided' | 'no_data' | 'error';
  /** The process died in this command: nobody knows whether the answer was written down. */
  isUnsure: boolean;
}

/** What a person has on the screen. */
export interface Seen {
  readonly model: string;
  readonly primary: number | null;
  readonly routeRevision: number;
  readonly rollout: Pick<RolloutRecord, 'id' | 'revision' | 'stepIndex' | 'version'> | null;
}

/** The world outside the database: what workers have in their hands, what gateways have sent, and what others see and say. */
export class World {
  readonly ports;
  readonly inHand: { readonly seen: Evaluation; readonly probes: Probes }[] = [];
  readonly sent: Batch[] = [];
  sequence = 0;
  /** What ought to have been counted, by (rollout, revision, arm). */
  readonly counted = new Map<string, number>();
  /** Model servers that were stopped, by their URL. */
  readonly stopped = new Set<string>();
  /** Their ports that another program has taken: it answers 404 to everything. */
  readonly taken = new Set<string>();
  /** The next server that answers a probe dies right after. */
  diesNext = false;
  /** Model servers that have died within the present command. */
  readonly died = new Set<string>();
  /** What the metric source says by now. */
  mood: Asked['outcome'] = 'pass';
  readonly asked: Asked[] = [];
  /** The next rollout whose source is asked is paused and resumed by somebody before the answer comes. */
  resumesMeanwhile = false;
  readonly screens: Seen[] = [];
  /** Rollouts in whose life the clock was set back: times do not say what of theirs came first. */
  readonly setBack = new Set<string>();
  readonly watch = new CommitWatch();

  constructor(readonly db: ModelDatabase) {
    const sources: MetricSource = { read: (_gate, { rolloutId }) => this.answer(rolloutId) };
    const ports = reconcilePorts(db.uow, { sources });
    const serving: ServingProbe = { probe: async (server) => this.probe(server) };
    this.ports = { ...ports, checks: { ...ports.checks, serving } };
    if (db instanceof MemoryDatabase) db.onCommit = (before, after) => this.watch.saw(before, after);
  }

  get asking() {
    return { uow: this.db.uow, serving: this.ports.checks.serving };
  }

  /** All model servers answer from here on. */
  startServers(): void {
    this.stopped.clear();
    this.taken.clear();
    this.diesNext = false;
  }

  rollouts(): string[] {
    return [...this.db.state.rollouts.keys()];
  }

  /** The n-th newest rollout, if there are that many. */
  pick(n: number): string | undefined {
    const ids = this.rollouts();
    return ids[ids.length - 1 - (n % Math.max(1, ids.length))];
  }

  pickLive(n: number): string | undefined {
    const ids = [...this.db.state.rollouts.values()].filter((r) => isLive(r.state)).map((r) => r.id);
    return ids[n % Math.max(1, ids.length)];
  }

  /** The rollout of a model that runs. */
  live(model: string): RolloutRecord | undefined {
    return [...this.db.state.rollouts.values()].find(
      (r) => r.model === model && r.endedAt === null && !r.queued,
    );
  }

  /** A gateway sends until it is told that the batch was counted; what it was told counts here too. */
  async deliver(batch: Batch): Promise<void> {
    if (!(await ingestEvidence(this.db.uow, batch)).counted) return;
    for (const { rolloutId, revision, arm, tally } of batch.entries) {
      const key = `${rolloutId} ${revision} ${arm}`;
      this.counted.set(key, (this.counted.get(key) ?? 0) + tally.requests);
    }
  }

  async send(acknowledged: Batch['acknowledged'], entries: Batch['entries']): Promise<void> {
    const batch = { gateway: 'g', boot: 'b', sequence: ++this.sequence, acknowledged, entries };
    this.sent.push(batch);
    return this.deliver(batch);
  }

  /** Each model's newest route is acknowledged, and traffic flows by it. @param bad every answer of the version on trial fails */
  async traffic(requests: number, bad: boolean): Promise<void> {
    await this.db.refresh();
    const entries: Batch['entries'][number][] = [];
    const acknowledged: { model: string; revision: number }[] = [];
    const { models, routes, rollouts } = this.db.state;
    for (const model of models.values()) {
      const route = routes.findLast((r) => r.modelId === model.id);
      if (!route) continue;
      const { rolloutId, revision, candidate } = route;
      acknowledged.push({ model: model.name, revision });
      if (rolloutId === null) continue;
      const bakes = rollouts.get(rolloutId)?.state === 'baking';
      const of = (arm: Arm, isOnTrial: boolean): void => {
        const compared = arm === 'shadow' ? requests : 0;
        const errors = bad && isOnTrial ? requests : 0;
        const tally = { ...EMPTY_TALLY, requests, errors, compared, agreed: compared };
        entries.push({ rolloutId, revision, arm, tally });
      };
      // Everybody in a ring that is on trial whole has the candidate.
      if (!candidate?.rings?.some(({ judged, share }) => judged && share >= ALL)) of('primary', bakes);
      if (candidate) of(candidate.mode === 'shadow' ? 'shadow' : 'candidate', !bakes);
    }
    return this.send(acknowledged, entries);
  }

  /** The clock of the database is set, ahead or back. */
  async setClock(byMs: number): Promise<void> {
    await this.db.advance(byMs);
    await this.db.refresh();
    if (byMs < 0) for (const id of this.rollouts()) this.setBack.add(id);
  }

  private async resume(rolloutId: string): Promise<void> {
    this.resumesMeanwhile = false;
    for (const action of ['pause', 'resume'] as const) {
      await this.db.advance(3);
      const word = { action, reason: 'r', actor: 'anna', authority: 'operate' } as const;
      await this.db.uow.run((stores) => actOnRollout(stores, rolloutId, word));
    }
  }

  private probe({ url, healthPath, readyPath }: Probed): Readiness {
    if (this.stopped.has(url)) return unreachable('it was stopped');
    if (this.taken.has(url)) {
      const said = readyPathsOf(healthPath, READY_PATH, readyPath).map((path) =>
        readAnswer(path, { status: 404 }),
      );
      return said.find((one) => one !== null) ?? ALIVE;
    }
    if (this.diesNext) {
      this.diesNext = false;
      this.stopped.add(url);
      this.died.add(url);
    }
    return { state: 'ready', because: 'it answers 200', readyPath: READY_PATH };
  }

  private async answer(rolloutId: string): Promise<Awaited<ReturnType<MetricSource['read']>>> {
    await this.db.refresh();
    const { state, nowMs } = this.db;
    const rollout = state.rollouts.get(rolloutId);
    if (rollout) {
      const step = trafficStepAt(policyOf(rollout), rollout.stepIndex) ?? -1;
      const { stepStartedAt: began, clockStoppedAt } = rollout;
      const tallies = [...state.evidence.values()].filter(
        ({ entry, stepIndex }) =>
          entry.rolloutId === rolloutId && stepIndex === step && entry.arm === 'candidate',
      );
      this.asked.push({
        ...{ rolloutId, step, at: nowMs, outcome: this.mood, isUnsure: false },
        elapsedMs: began === null ? 0 : (clockStoppedAt ?? nowMs) - began,
        requests: tallies.reduce((sum, { tally }) => sum + tally.requests, 0),
      });
      if (this.resumesMeanwhile && rollout.state === 'running') await this.resume(rolloutId);
    }
    if (this.mood === 'error') throw new Error('503');
    const outcome = this.mood === 'no_data' ? null : this.mood;
    return { outcome, value: outcome === null ? null : 1, because: `it says ${this.mood}` };
  }
}
