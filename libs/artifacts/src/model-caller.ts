import type { ModelCaller } from '#libs/engine';

const CALL_MS = 10_000;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Sends one request to a model server, as a caller would, with a time limit and a bounded answer. */
export function modelCaller(): ModelCaller {
  return {
    async call(url, { method, body }) {
      const startedAt = performance.now();
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_MS),
        ...(method === 'GET'
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await boundedText(response);
      const latencyMs = performance.now() - startedAt;
      return { status: response.status, body: parse(text), latencyMs };
    },
  };
}

/** The text of an answer. Throws when it is longer than we read. */
export async function boundedText(response: Response, most = LONGEST_ANSWER): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > most) throw new Error(`the answer is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
