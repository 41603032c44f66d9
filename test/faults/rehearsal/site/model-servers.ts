import type { ServerResponse } from 'node:http';
import { type FaultyRelay, startFaultyRelay } from '../../../support/databases/faulty-relay.ts';
import { json, startModelServer } from '../../../support/model-servers/model-server.ts';

/** What a version is like. */
export const FATES = ['good', 'fails 30 %', 'hangs', 'dies later', '3x slower'] as const;
/** `unreadable`: its answers are not what the output spec says. */
export type Fate = (typeof FATES)[number] | 'unreadable';

export interface VersionServer {
  readonly url: string;
  readonly fate: Fate;
  readonly relay: FaultyRelay;
  stop(): Promise<void>;
}

const WORK_MS = 30;
/** Less than what a rollout needs for its proof. */
const DIES_AFTER = 40;

/** A model server behind a relay of its own. It answers with the question, after the time that it works on it. */
export async function startVersionServer(fate: Fate, random: () => number): Promise<VersionServer> {
  let asked = 0;
  const answer = (body: string, response: ServerResponse): void => {
    asked++;
    if (fate === 'hangs' && asked > 2) return;
    if (fate === 'dies later' && asked > DIES_AFTER) return void response.socket?.resetAndDestroy();
    if (fate === 'fails 30 %' && random() < 0.3) return json(response, { error: 'no' }, 500);
    if (fate === 'unreadable') return json(response, { z: 0 });
    json(response, { y: (JSON.parse(body) as { q: number }).q });
  };
  const workMs = fate === '3x slower' ? 3 * WORK_MS : WORK_MS;
  const server = await startModelServer((_request, body, response) => {
    setTimeout(() => answer(body, response), workMs);
  });
  const relay = await startFaultyRelay(Number(new URL(server.url).port));
  return {
    ...{ url: `http://127.0.0.1:${relay.port}`, fate, relay },
    stop: async () => {
      await relay.close();
      await server.stop();
    },
  };
}
