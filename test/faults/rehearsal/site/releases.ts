import { setTimeout as sleep } from 'node:timers/promises';
import { type Fate, FATES, startVersionServer, type VersionServer } from './model-servers.ts';
import type { ApiAnswer, Json, Operator } from './operator.ts';
import type { FindServer } from '../perform.ts';

const POLICY = {
  name: 'rehearsal',
  steps: [
    { canary: { weight: '30%', minRequests: 30, minDuration: '1s', maxDuration: '20m' } },
    { canary: { weight: '50%', minRequests: 60, minDuration: '1s', maxDuration: '20m' } },
    { bake: { duration: '3s', holdBack: '30%' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.1 },
    // Proven by a hundred requests or so; p95 asks for several hundred, which 50 models do not have in the time.
    { metric: 'latency_p50', maxIncreaseRatio: 2, startPeriod: '0s' },
  ],
  alpha: 0.01,
};
const ENDS = ['succeeded', 'rolled_back', 'aborted', 'superseded', 'rejected'];
const LOOK_MS = 400;

interface Live {
  primary: number;
  candidate: number | null;
}

/** One rollout that was begun. */
export interface Begun {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly fate: Fate;
}

/** Releases one version after the other of some models: good and bad ones, by the seed. */
export class Releases {
  readonly begun: Begun[] = [];
  private readonly live = new Map<string, Live>();
  private readonly servers = new Map<string, VersionServer>();
  private isOver = false;
  private isAborting = false;

  constructor(
    private readonly operator: Operator,
    private readonly random: () => number,
  ) {}

  /** A model with a first version that serves. */
  async create(model: string): Promise<void> {
    const { body } = await this.register(model, 'good', true);
    await this.operator.until('GET', `/rollouts/${body['rollout'].id}`, undefined, isEnded);
    this.live.set(model, { primary: 1, candidate: null });
  }

  /** Registers a version; `rollout` as in the api. */
  async register(model: string, fate: Fate, rollout: unknown): Promise<ApiAnswer> {
    const server = await startVersionServer(fate, this.random);
    const answer = await this.operator.until('POST', `/models/${model}/versions`, {
      ...{ servingUrl: server.url, createModel: true, rollout },
      outputSpec: { kind: 'score', path: '$.y' },
    });
    if (answer.body['code'] === 'idempotency_answer_lost') return this.madeBy(model, server);
    if (answer.status >= 400) throw new Error(`${model} was refused: ${JSON.stringify(answer.body)}`);
    this.servers.set(`${model} v${answer.body['version']}`, server);
    return answer;
  }

  /** The api was killed between its work and its answer: what it has done is there to be looked at. */
  private async madeBy(model: string, server: VersionServer): Promise<ApiAnswer> {
    const all = (await this.operator.until('GET', `/models/${model}/versions`)).body['items'] as Json[];
    const made = all.find(({ servingUrls }) => servingUrls.includes(server.url));
    if (!made) throw new Error(`${model}: an answer is lost, and nothing was made`);
    this.servers.set(`${model} v${made['version']}`, server);
    const { body } = await this.operator.until('GET', `/models/${model}/rollouts`);
    const rollout = (body['items'] as Json[]).find(({ version }) => version === made['version']);
    return { status: 201, body: { ...made, rollout } };
  }

  /** Until `finish`. Whoever pauses is resumed: the worst that a person can do. */
  async goOn(model: string): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      // The good ones are half of all.
      const fate =
        FATES[this.random() < 0.5 ? 0 : 1 + Math.floor(this.random() * (FATES.length - 1))] ?? 'good';
      const { body } = await this.register(model, fate, { policy: POLICY });
      const live = this.live.get(model);
      if (!live) throw new Error(`${model} was not created`);
      const one = { id: body['rollout'].id as string, model, version: body['version'] as number, fate };
      this.begun.push(one);
      live.candidate = one.version;
      const state = await this.untilEnded(one.id);
      if (state === 'succeeded') live.primary = one.version;
      live.candidate = null;
    }
  }

  /** No further release begins; those that live go on to their end. */
  finish(): void {
    this.isOver = true;
  }

  /** "m3 primary", "m3 candidate" */
  readonly find: FindServer = (place) => {
    const [model = '', role] = place.split(' ');
    const live = this.live.get(model);
    const version = role === 'primary' ? live?.primary : live?.candidate;
    const server = this.servers.get(`${model} v${version}`);
    return server && version ? { model, version, relay: server.relay } : null;
  };

  /** What a version is like; those that nobody released are good. */
  fateOf(model: string, version: number): Fate {
    return this.servers.get(`${model} v${version}`)?.fate ?? 'good';
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  /** From now on what lives is ended by a person, and what is begun after this, too. */
  abortLive(): void {
    this.isAborting = true;
  }

  private async untilEnded(id: string): Promise<string> {
    for (;;) {
      const { body } = await this.operator.until('GET', `/rollouts/${id}`);
      if (ENDS.includes(body['state'])) return body['state'];
      const command = this.isAborting ? 'abort' : body['state'] === 'paused' ? 'resume' : null;
      if (command) await this.operator.try('POST', `/rollouts/${id}/${command}`, { reason: 'the rehearsal' });
      await sleep(LOOK_MS);
    }
  }
}

const isEnded = ({ body }: ApiAnswer): boolean => ENDS.includes(body['state']);
