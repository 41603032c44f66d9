import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { components, paths } from './api.ts';

export type Schemas = components['schemas'];
export type UnderstudyClient = Client<paths>;

/** What the api answers when it cannot do what it was asked for (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The api said no, or could not be reached (`status` 0). */
export class UnderstudyError extends Error {
  override readonly name = 'UnderstudyError';

  constructor(readonly problem: Problem) {
    super([problem.detail, ...problem.errors.map((one) => `  ${one.pointer}: ${one.detail}`)].join('\n'));
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

export interface ClientOptions {
  /** Where the api is, such as `http://127.0.0.1:7400` or `https://ml.example/understudy`; empty in a browser: where the page is from. */
  readonly url: string;
  /** Asked before every request; `null`: the browser's session. */
  readonly token: () => string | null;
  readonly fetch?: typeof fetch;
}

/** A typed client of the api. Whatever is not well is thrown as `UnderstudyError`. */
export function createClient({ token, fetch = globalThis.fetch, ...at }: ClientOptions): UnderstudyClient {
  const url = withoutSlash(at.url);
  const client = createFetchClient<paths>({
    baseUrl: url,
    fetch: (request: Request) =>
      fetch(request).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
        throw unreachable(url, cause.message);
      }),
  });
  const middleware: Middleware = {
    onRequest({ request }) {
      const given = token();
      if (given !== null) request.headers.set('authorization', `Bearer ${given}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.ok || response.status === 304) return response;
      throw new UnderstudyError(await problemOf(response));
    },
  };
  client.use(middleware);
  return client;
}

/** A URL to which paths are added. */
export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** What an answer that is no good says. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  try {
    const { code, detail, errors } = JSON.parse(text) as Partial<Problem>;
    if (typeof detail === 'string') return { status, code: code ?? '', detail, errors: errors ?? [] };
  } catch {
    // not from the api: a proxy, or another server
  }
  return {
    status,
    code: 'no_problem',
    detail: `It answers ${status}, and not as Understudy does.`,
    errors: [],
  };
}

function unreachable(url: string, because: string): UnderstudyError {
  return new UnderstudyError({
    status: 0,
    code: 'unreachable',
    detail: `Nobody answers at ${url || 'this address'} (${because}).`,
    errors: [],
  });
}

/** Everything of a list, page by page. @param ask for the page of a token */
export async function allPages<T>(
  ask: (pageToken: string | null) => Promise<{ items: readonly T[]; nextPageToken: string | null }>,
  most = 10_000,
): Promise<T[]> {
  const items: T[] = [];
  for (let token: string | null = null; ;) {
    const page = await ask(token);
    items.push(...page.items);
    token = page.nextPageToken;
    if (token === null || items.length >= most) return items;
  }
}
