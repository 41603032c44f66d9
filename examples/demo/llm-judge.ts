import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createJudgeServer } from '../llm/judge-server.ts';
import { readBook } from './llm-callers.ts';

/** The judge of the demo, listening on this machine, and what a worker has to be told of it. */
export async function startStoryJudge(
  examples: string,
): Promise<{ readonly settings: Record<string, string>; stop(): void }> {
  const server = createJudgeServer(await readBook(path.join(examples, 'llm', 'fables.txt')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    settings: { JUDGE_URL: `http://127.0.0.1:${port}/v1`, JUDGE_MODEL: 'storyteller-judge' },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
