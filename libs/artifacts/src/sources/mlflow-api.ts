import { fetchArtifact } from './fetch-artifact.ts';
import type { OpenedFile } from '../artifact-source.ts';

export interface MlflowServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** The header `authorization`; `null`: none. Shown to this server alone. */
  readonly authorization: string | null;
  readonly fetch: typeof fetch;
}

const ANSWER_MS = 60_000;
/** Of one answer: a page of a list. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

/** The server's answer to a call that it refused. */
export class MlflowRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

type Query = Readonly<Record<string, string>>;
const headersOf = ({ authorization }: MlflowServer): Record<string, string> =>
  authorization === null ? {} : { authorization };

/** Calls MLflow's REST API. @throws MlflowRefusal with MLflow's own code and message; Error when nobody answers so */
export async function callMlflow(
  server: MlflowServer,
  path: string,
  ask: { query?: Query; body?: unknown },
): Promise<unknown> {
  const response = await server.fetch(
    `${server.url}${path}${ask.query ? `?${new URLSearchParams(ask.query)}` : ''}`,
    {
      method: ask.body === undefined ? 'GET' : 'POST',
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'manual',
      headers: {
        ...headersOf(server),
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    },
  );
  const text = await boundedText(response);
  if (!response.ok) throw refusal(path, response.status, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(
      `the tracking server answers ${path} with what is no JSON: is MLFLOW_TRACKING_URI an MLflow server's?`,
    );
  }
}

/** Bytes of a file that the server has. */
export function openOfMlflow(server: MlflowServer, path: string, query: Query): Promise<OpenedFile> {
  const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`;
  return fetchArtifact(server.fetch, new URL(`${server.url}${path}${search}`), headersOf(server));
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_ANSWER_BYTES)
      throw new Error(`the tracking server's answer has more than ${MOST_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function refusal(path: string, status: number, text: string): MlflowRefusal {
  let said = '';
  try {
    const { error_code: code, message } = JSON.parse(text) as Record<string, unknown>;
    said = [code, message]
      .filter((one) => typeof one === 'string')
      .join(': ')
      .slice(0, 300);
  } catch {
    // Not MLflow, or something in front of it.
  }
  return new MlflowRefusal(
    `the tracking server answers ${status} at ${path}${said === '' ? '' : ` (${said})`}`,
    status,
  );
}
