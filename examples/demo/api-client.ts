import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A rollout as far as the story looks at it. */
export interface RolloutView {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly step: { readonly index: number; readonly kind: string; readonly weight: number | null } | null;
  readonly verdicts: readonly { readonly gate: string; readonly verdict: string }[];
  readonly decision: { readonly kind: string; readonly because: string } | null;
  readonly endedAt: string | null;
}

/** The few calls that the story makes, over HTTP as anybody would make them. */
export class ApiClient {
  constructor(
    private readonly apiUrl: string,
    private readonly token: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('POST', path, body, {
      authorization: `Bearer ${this.token}`,
      'idempotency-key': randomUUID(),
    });
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, body);
  }

  async exists(path: string): Promise<boolean> {
    const response = await fetch(`${this.apiUrl}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    await response.body?.cancel();
    return response.status !== 404;
  }

  /** What GitHub sends for a repository_dispatch, signed as GitHub signs it. */
  async githubDispatch<T>(source: string, secret: string, manifest: unknown): Promise<T> {
    const text = JSON.stringify({
      action: 'understudy',
      repository: { full_name: 'example/digits' },
      client_payload: { understudy: manifest },
    });
    const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    return this.call<T>('POST', `/webhooks/github/${source}`, text, {
      'x-github-event': 'repository_dispatch',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signature,
    });
  }

  /** A Standard Webhooks delivery, signed by the reference library. */
  async standardWebhook<T>(source: string, secret: string, manifest: unknown): Promise<T> {
    const text = JSON.stringify({
      type: 'version.registered',
      timestamp: new Date().toISOString(),
      data: manifest,
    });
    const id = `msg_${randomUUID()}`;
    const at = new Date();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, text),
    };
    return this.call<T>('POST', `/webhooks/standard/${source}`, text, headers);
  }

  private async call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${this.token}` },
  ): Promise<T> {
    const response = await fetch(`${this.apiUrl}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
