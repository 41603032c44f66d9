import { randomUUID } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import { EMPTY_LISTS, type EvidenceBatch, readRouteMessage } from '#libs/gateway-protocol';
import { tally } from '../../test/support/builders.ts';

/** A rollout that evidence is of, and the revision of its route. */
export interface Tried {
  readonly rolloutId: string;
  readonly revision: number;
}

/** What an api sees of a gateway: it follows the stream of routes, and posts evidence. It serves nobody. */
export class LightGateway {
  private readonly boot = randomUUID();
  private readonly stopping = new AbortController();
  private readonly waiting: { model: string; revision: number; resolve: (at: number) => void }[] = [];
  /** The newest revision of each model that it was told. */
  readonly revisions = new Map<string, number>();
  private sequence = 0;

  constructor(
    private readonly api: { readonly url: string; readonly token: string },
    private readonly id: string,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Resolves at the end of the stream. @throws Error where the api refuses it */
  async follow(): Promise<void> {
    const { url, token } = this.api;
    const answer = await request(`${url}/api/v1/gateway/routes`, {
      headers: { authorization: `Bearer ${token}` },
      ...{ dispatcher: this.dispatcher, signal: this.stopping.signal, bodyTimeout: 0 },
    });
    if (answer.statusCode !== 200) throw new Error(`routes: ${answer.statusCode}`);
    let rest = '';
    try {
      for await (const chunk of answer.body) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.take(line);
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    }
  }

  /** When it is told that revision of a model's route, or a newer one (`performance.now()`). */
  told(model: string, revision: number): Promise<number> {
    if ((this.revisions.get(model) ?? 0) >= revision) return Promise.resolve(performance.now());
    return new Promise((resolve) => this.waiting.push({ model, revision, resolve }));
  }

  /** @returns the status, 0 where there was none */
  async post(of: readonly Tried[]): Promise<number> {
    const counted = of.flatMap(({ rolloutId, revision }) =>
      (['primary', 'candidate'] as const).map((arm) => ({ rolloutId, revision, arm, tally: tally(20) })),
    );
    const name = { gateway: this.id, boot: this.boot, sequence: ++this.sequence };
    const batch: EvidenceBatch = { ...name, ...EMPTY_LISTS, entries: counted };
    try {
      const answer = await request(`${this.api.url}/api/v1/gateway/evidence`, {
        ...{ method: 'POST', dispatcher: this.dispatcher, body: JSON.stringify(batch) },
        headers: { authorization: `Bearer ${this.api.token}`, 'content-type': 'application/json' },
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 0;
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  private take(line: string): void {
    const at = performance.now();
    for (const { model, revision } of readRouteMessage(line).routes) {
      this.revisions.set(model, Math.max(revision, this.revisions.get(model) ?? 0));
      for (const one of this.waiting.filter((w) => w.model === model && w.revision <= revision)) {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        one.resolve(at);
      }
    }
  }
}
