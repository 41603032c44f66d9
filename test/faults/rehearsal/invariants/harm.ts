import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../site/members.ts';
import type { Operator } from '../site/operator.ts';
import type { Releases } from '../site/releases.ts';
import type { Harm } from './story.ts';

const POLICY = {
  name: 'harm',
  steps: [{ canary: { weight: '50%', minRequests: 100_000, maxDuration: '20m' } }],
  gates: [{ metric: 'schema_violations', maxIncrease: 0.1 }],
};
const LOOK_MS = 300;
const ASK_EVERY_MS = 150;
const ASK_MS = 3_000;
export const HARM_MODEL = 'harm';

/** Callers of a few models that nobody counts, at both gateways in turn; they only make evidence. @returns how to stop them */
export function callUncounted(gateways: readonly Member[], models: readonly string[]): () => void {
  let n = 0;
  const timer = setInterval(() => {
    const gateway = gateways[n % gateways.length];
    const model = models[Math.floor(n / gateways.length) % models.length];
    n++;
    fetch(`${gateway?.url}/models/${model}/infer`, {
      ...{ method: 'POST', body: `{"q":${n}}` },
      headers: { 'content-type': 'application/json', 'x-understudy-unit': `h${n}` },
      signal: AbortSignal.timeout(ASK_MS),
    })
      .then((response) => response.arrayBuffer())
      .catch(() => undefined);
  }, ASK_EVERY_MS);
  return () => clearInterval(timer);
}

/** Releases one version after the other that answers what cannot be read, and notes how long each is there. */
export async function doHarm(
  operator: Operator,
  releases: Releases,
  isOver: () => boolean,
  onHarm: (harm: Harm) => void,
): Promise<void> {
  while (!isOver()) {
    const { body } = await releases.register(HARM_MODEL, 'unreadable', { policy: POLICY });
    const one: { -readonly [K in keyof Harm]: Harm[K] } = {
      ...{ version: body['version'] as number, begun: Date.now(), ended: Infinity },
    };
    onHarm(one);
    const id = body['rollout'].id as string;
    for (;;) {
      const { state } = (await operator.until('GET', `/rollouts/${id}`)).body as { state: string };
      if (state === 'rolled_back') break;
      if (isOver()) {
        await operator.until('POST', `/rollouts/${id}/abort`, { reason: 'the rehearsal is over' });
        return;
      }
      if (state === 'paused')
        await operator.try('POST', `/rollouts/${id}/resume`, { reason: 'the rehearsal' });
      await sleep(LOOK_MS);
    }
    one.ended = Date.now();
    await sleep(LOOK_MS);
  }
}
