import {
  actOnGroup,
  type GroupAction,
  type GroupRecord,
  Probes,
  promoteVersion,
  reconcileRollout,
  requireGroup,
  startGroup,
  type Reach,
  type RolloutRecord,
  type UnitOfWork,
} from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register, tally } from './builders.ts';

export const GROUP_POLICY = {
  name: 'together',
  steps: [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } },
    { bake: { duration: '1m', holdBack: '0%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
};
/** With a person's word before callers. */
export const APPROVED_POLICY = {
  ...GROUP_POLICY,
  steps: [GROUP_POLICY.steps[0], { approval: {} }, ...GROUP_POLICY.steps.slice(1)],
};

const REACH: Reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
export const ADMIN = { actor: 'ann', authority: 'admin' } as const;
const GOOD = tally(300);
const BAD = tally(300, 290);

/** Three models whose version 1 serves, and whose version 2 is released together, over a database. */
export class GroupOfThree {
  readonly models = ['ads', 'fraud', 'ranker'];
  id = '';
  private readonly gateway: FakeGateway;

  constructor(readonly uow: UnitOfWork) {
    this.gateway = new FakeGateway(uow);
  }

  /** @param policy of the rollouts; @param more of the request */
  async start(policy: object = GROUP_POLICY, more: object = {}): Promise<GroupRecord> {
    for (const model of this.models) {
      await this.version(model);
      await this.uow.run((stores) =>
        promoteVersion(stores, model, 1, { reason: 'test', actor: 'ann', probes: Probes.FORCED }),
      );
      await this.version(model);
    }
    return this.release(policy, more);
  }

  async release(policy: object, more: object = {}): Promise<GroupRecord> {
    const members = this.models.map((model) => ({ model, version: 2, policy }));
    const request = { members, reason: 'together', reach: REACH, ...ADMIN, ...more };
    const group = await this.uow.run((stores) => startGroup(stores, request));
    this.id = group.id;
    return group;
  }

  async version(model: string): Promise<void> {
    await deployed(this.uow, await register(this.uow, model, { rollout: false }));
  }

  group(): Promise<GroupRecord> {
    return this.uow.read((stores) => requireGroup(stores, this.id));
  }

  async member(model: string): Promise<RolloutRecord> {
    const found = (await this.group()).members.find((one) => one.model === model);
    if (!found) throw new Error(`${model} is no member`);
    return found;
  }

  /** A gateway has taken the newest route, and counted requests by it. */
  async evidence(model: string, isGood = true): Promise<void> {
    const { id } = await this.member(model);
    await this.gateway.acknowledge(model);
    const candidate = isGood ? GOOD : BAD;
    const shadow = { ...candidate, compared: 300, agreed: 299 };
    await this.gateway.post(model, id, { primary: GOOD, candidate, shadow });
  }

  async look(model: string): Promise<string | null> {
    const { id } = await this.member(model);
    return (await reconcileRollout(reconcilePorts(this.uow), id))?.kind ?? null;
  }

  act(action: GroupAction, more: object = {}): Promise<GroupRecord> {
    const probes = new Map(this.models.map((model) => [model, Probes.FORCED]));
    return this.uow.run((stores) =>
      actOnGroup(stores, this.id, { action, reason: 'test', ...ADMIN, probes, ...more }),
    );
  }

  /** Good evidence for one member until it has nothing left to do alone. */
  async ripen(model: string): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await this.look(model);
      await this.evidence(model);
    }
    await this.look(model);
  }

  /** Each model's primary, by its name. */
  async primaries(): Promise<Record<string, number | null>> {
    const found = await Promise.all(
      this.models.map((model) => this.uow.read((stores) => stores.models.find(model))),
    );
    return Object.fromEntries(found.map((one, at) => [this.models[at] ?? '', one?.primary ?? null]));
  }

  async states(): Promise<readonly string[]> {
    return (await this.group()).members.map(({ state }) => state);
  }
}
