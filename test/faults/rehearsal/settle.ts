import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from './site/members.ts';
import type { Operator } from './site/operator.ts';

const LOOK_MS = 200;
const ASK_MS = 4_000;
const AT_ONCE = 8;
let unit = 0;

/**
 * Waits until each gateway serves each model by a version that its route names, as a caller sees it.
 * @returns how long it took, in ms, and what did not come within `limitMs`
 */
export async function settle(
  operator: Operator,
  gateways: readonly Member[],
  models: readonly string[],
  limitMs: number,
): Promise<{ readonly ms: number; readonly stuck: readonly string[] }> {
  const began = performance.now();
  let open = gateways.flatMap((gateway) => models.map((model) => ({ gateway, model, seen: '' })));
  for (;;) {
    const still: typeof open = [];
    for (let from = 0; from < open.length; from += AT_ONCE)
      await Promise.all(
        open.slice(from, from + AT_ONCE).map(async (one) => {
          const seen = await mismatch(operator, one.gateway, one.model);
          if (seen !== null) still.push({ ...one, seen });
        }),
      );
    open = still;
    const ms = Math.round(performance.now() - began);
    if (open.length === 0) return { ms, stuck: [] };
    if (ms > limitMs)
      return {
        ms,
        stuck: open.map(
          ({ gateway, model, seen }) => `${model} at ${gateway.name} ${limitMs} ms after the faults: ${seen}`,
        ),
      };
    await sleep(LOOK_MS);
  }
}

/** @returns what is wrong; `null`: nothing */
async function mismatch(operator: Operator, gateway: Member, model: string): Promise<string | null> {
  const before = (await operator.until('GET', `/models/${model}/route`)).body;
  const response = await fetch(`${gateway.url}/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-understudy-unit': `settle-${unit++}` },
    body: '{"q":0}',
    signal: AbortSignal.timeout(ASK_MS),
  }).catch((error: Error) => error);
  if (response instanceof Error) return response.message;
  await response.arrayBuffer();
  const after = (await operator.until('GET', `/models/${model}/route`)).body;
  const named = [before, after].flatMap(({ primary, candidate }) => [primary?.version, candidate?.version]);
  const served = Number(response.headers.get('x-understudy-version'));
  return named.includes(served)
    ? null
    : `version ${served} (${response.status}), not ${[...new Set(named)].join(' or ')}`;
}
