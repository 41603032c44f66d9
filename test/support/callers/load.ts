import { Agent } from 'undici';

export interface LoadTally {
  readonly asked: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly byArm: Readonly<Record<string, number>>;
}

/** Bounded load on this machine: so many requests, so many at once, each with a unit of its own. */
export async function load(
  url: string,
  requests: number,
  atOnce: number,
  body = '{"inputs":[1,2,3]}',
): Promise<LoadTally> {
  const target = new URL(url);
  if (target.hostname !== '127.0.0.1') throw new Error('load goes to this machine only');
  const agent = new Agent({ connections: atOnce });
  const statuses: Record<string, number> = {};
  const byArm: Record<string, number> = {};
  const add = (to: Record<string, number>, key: string): void => void (to[key] = (to[key] ?? 0) + 1);
  let asked = 0;
  const one = async (): Promise<void> => {
    const unit = `u${asked++}`;
    try {
      const headers = { 'content-type': 'application/json', 'x-understudy-unit': unit };
      const answer = await agent.request({
        ...{ origin: target.origin, path: target.pathname, method: 'POST', headers, body },
      });
      await answer.body.dump();
      add(statuses, String(answer.statusCode));
      add(byArm, String(answer.headers['x-understudy-arm']));
    } catch (error) {
      add(statuses, (error as Error).message);
    }
  };
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (asked < requests) await one();
    }),
  );
  await agent.close();
  return { asked, statuses, byArm };
}
