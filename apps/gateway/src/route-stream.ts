import { setTimeout as sleep } from 'node:timers/promises';
import { readRouteMessage } from '#libs/gateway-protocol';
import type { Logger } from '#libs/observe';
import { after, PROCESS } from './contained.ts';
import type { RouteTable } from './route-table.ts';

/** The api says something every 3 s; after this much silence the connection is taken for dead. */
const SILENCE_MS = 10_000;
const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 3_000;

class TokenRefused extends Error {}

/** Follows the api's stream of routes for as long as the gateway lives, and connects again whenever it ends. */
export class RouteStream {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly from: { readonly apiUrl: string; readonly token: string },
    private readonly table: Pick<RouteTable, 'apply' | 'setReceiptKey'>,
    private readonly logger: Logger,
  ) {
    this.done = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async follow(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.stopping.signal.aborted) {
      try {
        await this.readOnce(() => (pause = FIRST_PAUSE_MS));
      } catch (error) {
        if (!this.stopping.signal.aborted) this.say(error as Error);
      }
      try {
        await sleep(pause, undefined, { signal: this.stopping.signal });
      } catch {
        return; // it stops
      }
      pause = Math.min(MOST_PAUSE_MS, pause * 2);
    }
  }

  private say(error: Error): void {
    const reason = error.message;
    if (error instanceof TokenRefused)
      this.logger.error(
        { reason },
        `the api refuses this gateway's token, which was revoked or has expired. It goes on serving by the last known routes and hears of no change: start it with another one (UNDERSTUDY_TOKEN, scope "gateway")`,
      );
    else this.logger.warn({ reason }, 'no routes from the api; serving by the last known ones');
  }

  private async readOnce(onConnected: () => void): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([silence.signal, this.stopping.signal]);
    let watchdog = after(PROCESS, SILENCE_MS, () => silence.abort());
    try {
      const response = await fetch(`${this.from.apiUrl}/api/v1/gateway/routes`, {
        headers: { authorization: `Bearer ${this.from.token}` },
        signal,
      });
      if (!response.ok || !response.body) {
        const text = `the api answers ${response.status}: ${(await response.text()).slice(0, 200)}`;
        throw [401, 403].includes(response.status) ? new TokenRefused(text) : new Error(text);
      }
      onConnected();
      let rest = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(watchdog);
        watchdog = after(PROCESS, SILENCE_MS, () => silence.abort());
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.take(line);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  private take(line: string): void {
    const { kind, routes, unreadable, receiptKey } = readRouteMessage(line);
    if (receiptKey !== null) this.table.setReceiptKey(receiptKey);
    // An empty snapshot counts too: nothing serves, and that is known now.
    if (kind !== 'other') this.table.apply(routes);
    for (const { model, reason } of unreadable)
      this.logger.error(
        { model, reason },
        'a route of the api cannot be read; serving by the last known one',
      );
  }
}
