import { Readable } from 'node:stream';
import type { OpenedFile } from '../artifact-source.ts';
import { isAwayCode, isAwayStatus, PlaceAway } from '../place-away.ts';
import { BrokenBody, fetchArtifact } from './fetch-artifact.ts';

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

/** Calls MLflow's REST API. @throws MlflowRefusal with MLflow's own code and message; PlaceAway when it does not answer now; Error when nobody answers so */
export async function callMlflow(
  server: MlflowServer,
  path: string,
  ask: { query?: Query; body?: unknown },
): Promise<unknown> {
  const asked = server.fetch(`${server.url}${path}${ask.query ? `?${new URLSearchParams(ask.query)}` : ''}`, {
    method: ask.body === undefined ? 'GET' : 'POST',
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'manual',
    headers: {
      ...headersOf(server),
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  });
  const response = await asked.catch(onTheWay);
  const text = await boundedText(response).catch(onTheWay);
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
export async function openOfMlflow(server: MlflowServer, path: string, query: Query): Promise<OpenedFile> {
  const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`;
  const ask: typeof fetch = async (url, init) => {
    const response = await server.fetch(url, init).catch(onTheWay);
    if (!isAwayStatus(response.status)) return response;
    await response.body?.cancel();
    throw new PlaceAway(`the tracking server answers ${response.status}`);
  };
  const opened = await fetchArtifact(ask, new URL(`${server.url}${path}${search}`), headersOf(server));
  return { ...opened, source: Readable.from(broughtBy(opened.source)) };
}

async function* broughtBy(source: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw error instanceof BrokenBody ? new PlaceAway(error.message) : error;
  }
}

/** What goes wrong on the way may pass. */
function onTheWay(error: unknown): never {
  const { name, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const { code = '', message = '' } = cause ?? {};
  if (name === 'TimeoutError') throw new PlaceAway('the tracking server has not answered in time');
  if (isAwayCode(code)) throw new PlaceAway(`the tracking server does not answer: ${message || code}`);
  throw error;
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

function refusal(path: string, status: number, text: string): Error {
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
  const words = `the tracking server answers ${status} at ${path}${said === '' ? '' : ` (${said})`}`;
  return isAwayStatus(status) ? new PlaceAway(words) : new MlflowRefusal(words, status);
}
