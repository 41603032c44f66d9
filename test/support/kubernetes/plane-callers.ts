import { Agent, request } from 'undici';
import type { EnvoyPlane } from './envoy-plane.ts';

/** What callers met. */
export interface Met {
  /** By the weights of Envoy (JSON) that stood from before the request until after it, and the version that answered. */
  readonly byWeights: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Answers by status, or the reason where there was none. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Callers of a model behind a real Envoy, so many at a time, until they are stopped. Model servers say their version in `x-version`. */
export function startPlaneCallers(
  plane: Pick<EnvoyPlane, 'url' | 'weights'>,
  host: string,
  atOnce = 4,
): { stop(): Promise<Met> } {
  const agent = new Agent({ connections: atOnce });
  const byWeights = new Map<string, Record<string, number>>();
  const statuses: Record<string, number> = {};
  let isEnding = false;
  const ask = async (): Promise<void> => {
    const before = JSON.stringify(plane.weights());
    try {
      const answer = await request(plane.url, { dispatcher: agent, headers: { host } });
      await answer.body.text();
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
      const version = String(answer.headers['x-version'] ?? 'none');
      if (JSON.stringify(plane.weights()) !== before) return;
      const tally = byWeights.get(before) ?? {};
      tally[version] = (tally[version] ?? 0) + 1;
      byWeights.set(before, tally);
    } catch (error) {
      const why = (error as Error).message;
      statuses[why] = (statuses[why] ?? 0) + 1;
    }
  };
  const loop = async (): Promise<void> => {
    while (!isEnding) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const loops = Array.from({ length: atOnce }, loop);
  return {
    stop: async () => {
      isEnding = true;
      await Promise.all(loops);
      await agent.destroy();
      return { byWeights, statuses };
    },
  };
}
