import { setTimeout as sleep } from 'node:timers/promises';
import { readRouteMessage } from '#libs/gateway-protocol';
import { afterSilence } from '#libs/silence';
import type { Logger } from '#libs/observe';
import { contained, PROCESS } from '../contained/contained.ts';
import { HeardRoutes, type RouteAge } from './heard-routes.ts';
import type { RouteTable } from './route-table.ts';
import { StreamPause } from './stream-pause.ts';

/** An api says how often it gives a sign of life. After so many that did not come the connection is dead. */
const MISSED_SIGNS = 4.5;
/** For an api that does not say it. */
const SILENCE_MS = 10_000;
/** For its first word; an api that has much to do is given more each time. */
const FIRST_PATIENCE_MS = 3_000;
const MOST_PATIENCE_MS = 10_000;

class TokenRefused extends Error {}
class RoutesMissed extends Error {}

/** Follows the api's stream of routes for as long as the gateway lives, and connects again whenever it ends. */
export class RouteStream {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly from: { readonly apiUrl: string; readonly token: string },
    private readonly table: Pick<RouteTable, 'apply' | 'setReceiptKey'>,
    private readonly age: Pick<RouteAge, 'hear'>,
    private readonly logger: Logger,
    /** From 0 to 1. */
    private readonly random: () => number,
  ) {
    this.done = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async follow(): Promise<void> {
    const pause = new StreamPause(this.random);
    let patience = FIRST_PATIENCE_MS;
    const connected = (): void => {
      pause.connected();
      patience = FIRST_PATIENCE_MS;
    };
    while (!this.stopping.signal.aborted) {
      let missed = false;
      try {
        await this.readOnce(patience, connected);
      } catch (error) {
        missed = error instanceof RoutesMissed;
        if (!this.stopping.signal.aborted) this.say(error as Error);
      }
      try {
        await sleep(pause.next(missed), undefined, { signal: this.stopping.signal });
      } catch {
        return; // it stops
      }
      patience = Math.min(MOST_PATIENCE_MS, patience * 1.5);
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

  private async readOnce(patienceMs: number, onConnected: () => void): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([silence.signal, this.stopping.signal]);
    const heard = new HeardRoutes();
    const giveUpAfter = (ms: number): (() => void) => {
      const giveUp = (): void => silence.abort(new Error(`the api has said nothing for ${ms} ms`));
      return afterSilence(ms, contained(PROCESS, giveUp) as () => void);
    };
    let stopWatch = giveUpAfter(patienceMs);
    let silenceMs = SILENCE_MS;
    try {
      const response = await fetch(`${this.from.apiUrl}/api/v1/gateway/routes`, {
        headers: { authorization: `Bearer ${this.from.token}` },
        signal,
      });
      if (!response.ok || !response.body) {
        const text = `the api answers ${response.status}: ${(await response.text()).slice(0, 200)}`;
        throw [401, 403].includes(response.status) ? new TokenRefused(text) : new Error(text);
      }
      let rest = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        onConnected();
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) silenceMs = this.take(line, heard) ?? silenceMs;
        stopWatch();
        stopWatch = giveUpAfter(silenceMs);
      }
    } finally {
      stopWatch();
    }
  }

  /** @returns how long the api may be silent, where the line tells that */
  private take(line: string, heard: HeardRoutes): number | null {
    const message = readRouteMessage(line);
    const { kind, routes, unreadable, receiptKey, state } = message;
    if (receiptKey !== null) this.table.setReceiptKey(receiptKey);
    // An empty snapshot counts too: nothing serves, and that is known now.
    if (kind !== 'other') this.table.apply(routes);
    for (const { model, reason } of unreadable)
      this.logger.error(
        { model, reason },
        'a route of the api cannot be read; serving by the last known one',
      );
    heard.hear(message);
    if (!state) return null;
    if (heard.hasMissed(state)) throw new RoutesMissed('the api has routes that its stream did not bring');
    this.age.hear(state.ageMs);
    return state.everyMs * MISSED_SIGNS;
  }
}
