import { readFile } from 'node:fs/promises';
import { Agent, fetch, type Response } from 'undici';
import {
  FIELD_MANAGER,
  GATEWAY_API_VERSION,
  type GatewayRoute,
  MODEL_LABEL,
  PLURALS,
  readGatewayRoute,
  type RouteKind,
} from '#libs/gateway-api';
import { errorOf, KubernetesError } from './kubernetes-error.ts';

const ANSWER_MS = 5_000;
const MOST_AT_ONCE = 16;
/** Objects of one page of a list. */
const PAGE = 500;

/** Where the API server is, and who asks. */
export interface KubernetesPlace {
  readonly apiUrl: string;
  readonly tokenFile: string;
  readonly caFile: string;
  /** `null`: all namespaces. */
  readonly namespace: string | null;
}

/** A change of an object, as a watch tells it. */
export interface RouteEvent {
  readonly kind: 'changed' | 'deleted';
  readonly object: GatewayRoute;
}

type Named = Pick<GatewayRoute, 'kind' | 'metadata'>;

interface Ask {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly signal: AbortSignal;
}

/** The few requests that a router of HTTPRoutes and GRPCRoutes makes. Token and authority are read again when their files change. */
export class KubernetesApi {
  private ca: { readonly text: string | null; readonly agent: Agent } | null = null;

  constructor(private readonly place: KubernetesPlace) {}

  /** All routes of a kind that are lent to Understudy, and from where on a watch tells the rest. @throws KubernetesError */
  async list(kind: RouteKind): Promise<{ objects: GatewayRoute[]; resourceVersion: string }> {
    const objects: GatewayRoute[] = [];
    let next = '';
    for (;;) {
      const query = { labelSelector: MODEL_LABEL, limit: String(PAGE), ...(next && { continue: next }) };
      const { items, metadata } = (await this.page(kind, query)) as {
        items?: unknown[];
        metadata?: { resourceVersion?: string; continue?: string };
      };
      objects.push(...(items ?? []).map(readGatewayRoute).filter((one) => one !== null));
      next = metadata?.continue ?? '';
      if (next === '') return { objects, resourceVersion: metadata?.resourceVersion ?? '' };
    }
  }

  private async page(kind: RouteKind, query: Readonly<Record<string, string>>): Promise<unknown> {
    try {
      return await bodyOf(await this.ask(path(kind, this.place.namespace), { query, signal: soon() }));
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== 404) throw error;
      const why = `the API server knows no ${kind}s: install the definitions of the Gateway API (${GATEWAY_API_VERSION}), or leave ${kind} out of KUBERNETES_KINDS`;
      throw new KubernetesError(404, why);
    }
  }

  /**
   * Tells what changes, until the server ends it.
   * @param seconds after which it ends by itself
   * @throws KubernetesError also when too much has happened since `resourceVersion`
   */
  async watch(
    kind: RouteKind,
    resourceVersion: string,
    seconds: number,
    signal: AbortSignal,
    hear: (event: RouteEvent) => void,
  ): Promise<void> {
    const query = {
      ...{ watch: '1', labelSelector: MODEL_LABEL, resourceVersion, allowWatchBookmarks: 'true' },
      timeoutSeconds: String(seconds),
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + ANSWER_MS)]);
    const answer = await this.ask(path(kind, this.place.namespace), { query, signal: limit });
    let rest = '';
    try {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) hearLine(line, hear);
      }
    } catch (error) {
      throw asAway(error);
    }
  }

  /** The object as it is now. @returns `null`: it is gone. @throws KubernetesError */
  async get(object: Named): Promise<GatewayRoute | null> {
    try {
      return readGatewayRoute(await bodyOf(await this.ask(pathOf(object), { signal: soon() })));
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 404) return null;
      throw error;
    }
  }

  /** Server-side apply as our field manager: the fields of `body` are ours from then on. @throws KubernetesError */
  async apply(object: Named, body: object): Promise<GatewayRoute | null> {
    const query = { fieldManager: FIELD_MANAGER, force: 'true' };
    return readGatewayRoute(
      await bodyOf(await this.ask(pathOf(object), { method: 'PATCH', query, body, signal: soon() })),
    );
  }

  async close(): Promise<void> {
    await this.ca?.agent.destroy();
  }

  private async ask(path: string, { method = 'GET', query = {}, body, signal }: Ask): Promise<Response> {
    const url = `${this.place.apiUrl}${path}?${new URLSearchParams(query).toString()}`;
    const token = (await this.read(this.place.tokenFile, 'KUBERNETES_TOKEN_FILE')).trim();
    const dispatcher = await this.agent();
    const asked = fetch(url, {
      ...{ method, signal, dispatcher },
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        // JSON is YAML.
        ...(body && { 'content-type': 'application/apply-patch+yaml' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    let answer: Response;
    try {
      answer = await asked;
    } catch (error) {
      throw asAway(error);
    }
    if (!answer.ok) throw errorOf(answer.status, await textOf(answer));
    return answer;
  }

  private async agent(): Promise<Agent> {
    const text = this.place.apiUrl.startsWith('https:')
      ? await this.read(this.place.caFile, 'KUBERNETES_CA_FILE')
      : null;
    if (this.ca?.text === text && this.ca) return this.ca.agent;
    // What is under way on the one before ends by itself.
    const agent = new Agent({
      connections: MOST_AT_ONCE,
      connect: { timeout: ANSWER_MS, ...(text !== null && { ca: text }) },
      bodyTimeout: 0,
    });
    this.ca = { text, agent };
    return agent;
  }

  private async read(file: string, setting: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new KubernetesError(0, `${setting} (${file}) cannot be read: ${why}`);
    }
  }
}

const path = (kind: RouteKind, namespace: string | null): string =>
  `/apis/${GATEWAY_API_VERSION}${namespace === null ? '' : `/namespaces/${namespace}`}/${PLURALS[kind]}`;
const pathOf = ({ kind, metadata }: Named): string => `${path(kind, metadata.namespace)}/${metadata.name}`;
const soon = (): AbortSignal => AbortSignal.timeout(ANSWER_MS);

async function textOf(answer: Response): Promise<string> {
  try {
    return await answer.text();
  } catch (error) {
    throw asAway(error);
  }
}

async function bodyOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (error) {
    throw asAway(error);
  }
}

function asAway(error: unknown): KubernetesError {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
  return new KubernetesError(0, `the API server does not answer: ${String(why)}`);
}

/** @throws KubernetesError where the line says that the watch cannot go on */
function hearLine(line: string, hear: (event: RouteEvent) => void): void {
  if (line === '') return;
  // eslint-disable-next-line no-restricted-syntax -- no body of a model server
  const { type, object } = JSON.parse(line) as { type: string; object: unknown };
  if (type === 'ERROR') {
    const { code = 0 } = object as { code?: number };
    throw errorOf(code, JSON.stringify(object));
  }
  const read = type === 'BOOKMARK' ? null : readGatewayRoute(object);
  if (read !== null) hear({ kind: type === 'DELETED' ? 'deleted' : 'changed', object: read });
}
