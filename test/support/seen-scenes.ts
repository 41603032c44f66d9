import { randomUUID } from 'node:crypto';
import { eventually, type Installation } from './installation.ts';

/* Every command on a rollout or a model, a scene in which it is legal, and what somebody else does between the look and the command. */

const canary = (weight: string) => ({ canary: { weight, minRequests: 1_000_000, maxDuration: '1h' } });
const CANARIES = ['1%', '5%', '50%'].map(canary);
const APPROVED = [{ approval: { approvers: 2 } }, canary('5%')];

export interface SeenScene {
  readonly command: 'rollback' | 'skip' | 'promote' | 'pause' | 'abort' | 'resume' | 'approve' | 'reject';
  readonly steps: readonly object[];
  /** What has been done before somebody looks. */
  readonly before: readonly string[];
  /** What somebody else does after that. */
  readonly meanwhile: string;
}

export const SEEN_SCENES: readonly SeenScene[] = [
  { command: 'rollback', steps: CANARIES, before: [], meanwhile: 'rollback' },
  { command: 'skip', steps: CANARIES, before: [], meanwhile: 'skip' },
  { command: 'promote', steps: CANARIES, before: [], meanwhile: 'skip' },
  { command: 'pause', steps: CANARIES, before: [], meanwhile: 'skip' },
  { command: 'abort', steps: CANARIES, before: [], meanwhile: 'promote' },
  { command: 'resume', steps: CANARIES, before: ['pause'], meanwhile: 'abort' },
  { command: 'approve', steps: APPROVED, before: [], meanwhile: 'abort' },
  { command: 'reject', steps: APPROVED, before: [], meanwhile: 'approve' },
];

export interface Played {
  readonly model: string;
  readonly id: string;
  /** Somebody else says something, by the api. */
  say(action: string): Promise<void>;
  /** All that a command could have moved. */
  standing(): Promise<string>;
}

/** Brings a scene about: version 1, 2 and 3 were primary, version 4 is on trial by its steps. */
export async function playScene(
  { api }: Installation,
  url: string,
  { steps, before }: SeenScene,
): Promise<Played> {
  const model = `seen-${randomUUID().slice(0, 8)}`;
  const register = async (rollout: unknown) => {
    const body = { createModel: true, servingUrl: url, rollout };
    return (await api.call('POST', `/models/${model}/versions`, body)).body;
  };
  for (const version of [1, 2, 3]) {
    await register(false);
    await api.call('POST', `/models/${model}/promote`, { version, reason: 'a test' });
  }
  const gates = [{ metric: 'error_rate', maxIncrease: 0.5 }];
  const { rollout } = await register({ policy: { name: 'p', promoteWhen: 'notFailed', steps, gates } });
  const id = String(rollout['id']);
  const found = async () => (await api.call('GET', `/rollouts/${id}`)).body;
  await eventually(found, ({ state }) => state !== 'pending');
  const say = async (action: string): Promise<void> => {
    const path = action === 'rollback' ? `/models/${model}/rollback` : `/rollouts/${id}/${action}`;
    const { status, body } = await api.call('POST', path, { reason: 'somebody else' });
    if (status !== 200) throw new Error(`${action}: ${JSON.stringify(body)}`);
  };
  for (const action of before) await say(action);
  const standing = async (): Promise<string> => {
    const { state, step, approvals } = await found();
    const { primary } = (await api.call('GET', `/models/${model}`)).body;
    return JSON.stringify([state, step?.index, approvals?.length, primary]);
  };
  return { model, id, say, standing };
}
