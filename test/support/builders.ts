import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import {
  ingestEvidence,
  recordDeployment,
  registerVersion,
  type NewVersion,
  type ReconcilePorts,
  type RegisterVersionPorts,
  type Registered,
  type ServingProbe,
  type UnitOfWork,
} from '#libs/engine';

/** A policy whose minima a test can meet with a handful of evidence. */
export const SMALL_POLICY = {
  name: 'small',
  steps: [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } },
    { bake: { duration: '1h' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.5 },
    { metric: 'error_rate', maxIncrease: 0.2 },
  ],
};

/** `servingUrl`: for a list of one. */
type Over = Partial<NewVersion> & { readonly servingUrl?: string | null };

export const newVersion = ({ servingUrl = 'http://127.0.0.1:9', ...over }: Over = {}): NewVersion => ({
  artifact: null,
  servingUrls: servingUrl === null ? [] : [servingUrl],
  healthPath: null,
  description: '',
  tags: {},
  source: {},
  dataset: {},
  signature: null,
  outputSpec: null,
  baseline: null,
  upstreams: [],
  card: '',
  metrics: {},
  createModel: true,
  rollout: { policy: SMALL_POLICY },
  ...over,
});

const READY: ServingProbe = { probe: async () => ({ state: 'ready', because: 'it answers 200' }) };

/** Ports that find every artifact and serving URL in order: what they check has tests of its own. */
export const lenientPorts = (uow: UnitOfWork): RegisterVersionPorts => ({
  uow,
  artifacts: { verify: async () => undefined, describe: async () => null },
  serving: READY,
  caller: { call: async () => Promise.reject(new Error('nobody answers')) },
  deployer: { processDeployer: true, servesSources: false },
});

/** What reconciling reaches out with, when nothing is asked of it. */
export const reconcilePorts = (uow: UnitOfWork, over: Partial<ReconcilePorts> = {}): ReconcilePorts => ({
  uow,
  checks: {
    artifacts: { verify: async () => undefined, describe: async () => null },
    serving: READY,
    caller: { call: async () => ({ status: 200, body: {}, latencyMs: 1 }) },
  },
  sources: { read: async () => ({ outcome: 'pass', value: 1, because: 'well' }) },
  checksUnderWay: new Set(),
  ...over,
});

export const register = (uow: UnitOfWork, model: string, over: Over = {}): Promise<Registered> =>
  registerVersion(lenientPorts(uow), model, newVersion(over), { actor: 'test', authority: 'admin' });

/** As the worker's deployer would report it. */
export async function deployed(
  uow: UnitOfWork,
  { version }: Registered,
  state: 'starting' | 'ready' | 'failed' = 'ready',
  url: string | null = 'http://127.0.0.1:9',
): Promise<void> {
  await recordDeployment(uow, version.model, {
    modelId: version.modelId,
    version: version.version,
    state,
    url,
    message: 'test',
  });
}

export const tally = (requests: number, errors = 0, more: Partial<Tally> = {}): Tally => ({
  ...EMPTY_TALLY,
  requests,
  errors,
  latency: sketchOf(Array<number>(requests).fill(5)),
  ...more,
});

/** A gateway as the api sees it: acknowledges every route, and posts batches in order. */
export class FakeGateway {
  private sequence = 0;

  constructor(
    private readonly uow: UnitOfWork,
    readonly id = 'gateway-1',
    readonly boot = 'boot-1',
  ) {}

  /** Acknowledges the newest route of a model. */
  async acknowledge(model: string): Promise<void> {
    const revision = await this.revision(model);
    await ingestEvidence(this.uow, {
      gateway: this.id,
      boot: this.boot,
      sequence: ++this.sequence,
      acknowledged: [{ model, revision }],
      entries: [],
    });
  }

  /** Posts tallies under the newest route (or under `revision`). */
  async post(
    model: string,
    rolloutId: string,
    tallies: Partial<Record<Arm, Tally>>,
    revision?: number,
  ): Promise<boolean> {
    const under = revision ?? (await this.revision(model));
    const entries = Object.entries(tallies).map(([arm, t]) => ({
      rolloutId,
      revision: under,
      arm: arm as Arm,
      tally: t,
    }));
    const { counted } = await ingestEvidence(this.uow, {
      gateway: this.id,
      boot: this.boot,
      sequence: ++this.sequence,
      acknowledged: [],
      entries,
    });
    return counted;
  }

  async revision(model: string): Promise<number> {
    const route = await this.uow.run(async (stores) => {
      const found = await stores.models.find(model);
      return found && stores.routes.find(found.id);
    });
    return route?.revision ?? 1;
  }
}
