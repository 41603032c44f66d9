import { Agent } from 'undici';

/** One HTTP call of a benchmark. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** A call of MLflow's REST API, with its parameters where its client puts them. */
export function call(
  method: Call['method'],
  name: string,
  parameters: Readonly<Record<string, string>>,
): Call {
  const path = `/api/2.0/mlflow/${name}`;
  return method === 'GET'
    ? { method, path: `${path}?${new URLSearchParams(parameters).toString()}` }
    : { method, path, body: JSON.stringify(parameters) };
}

/**
 * Calls for so many seconds, so many at once, on this machine.
 * @returns calls a second
 * @throws Error at the first answer that is no success: a fast error is no result
 */
export async function throughput(
  url: string,
  token: string | null,
  next: () => Call,
  atOnce: number,
  seconds: number,
): Promise<number> {
  const agent = new Agent({ connections: atOnce });
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) {
        const { method, path, body } = next();
        const answer = await agent.request({
          ...{ origin: url, method, path, headers },
          ...(body === undefined ? {} : { body }),
        });
        const text = await answer.body.text();
        if (answer.statusCode >= 300)
          throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
        done++;
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1_000;
  await agent.close();
  return done / took;
}
