import type { Member } from '../site/members.ts';
import type { RehearsalDatabase } from '../places/database.ts';
import type { Pulse } from './story.ts';

const EVERY_MS = 1_000;
/** A write that has no answer by then is one that failed. */
export const WRITE_PATIENCE_MS = 4_000;
/** It is waited for all the same: what it says at last is to be a word that means something. */
const ODD_PATIENCE_MS = 15_000;
const READY_PATIENCE_MS = 2_000;
const MOST_AT_ONCE = 12;

/**
 * Looks at an api from outside, once a second: does it say that it is ready, does it take a write, and how long do things
 * take that wait for nothing but this machine (its noise)?
 */
export class Pulses {
  readonly taken: Pulse[] = [];
  /** 5xx other than 503: whoever asks is told so, however late. */
  readonly oddAnswers: string[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private n = 0;

  /** @param model one whose description may be written */
  constructor(
    private readonly api: Member,
    private readonly database: RehearsalDatabase,
    private readonly token: string,
    private readonly model: string,
  ) {
    this.timer = setInterval(() => {
      if (this.underWay.size >= MOST_AT_ONCE) return;
      const one = this.take();
      this.underWay.add(one);
      void one.finally(() => this.underWay.delete(one));
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
  }

  private async take(): Promise<void> {
    const at = Date.now();
    const [isReady, write, noiseMs] = await Promise.all([this.isReady(), this.write(), this.noise()]);
    this.taken.push({ at, isReady, wroteBy: write, noiseMs });
  }

  private async isReady(): Promise<boolean> {
    const response = await fetch(`${this.api.url}/readyz`, {
      signal: AbortSignal.timeout(READY_PATIENCE_MS),
    }).catch(() => null);
    await response?.arrayBuffer().catch(() => undefined);
    return response?.status === 200;
  }

  private async write(): Promise<number | null> {
    const at = Date.now();
    const response = await fetch(`${this.api.url}/api/v1/models/${this.model}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ description: `pulse ${this.n++}` }),
      signal: AbortSignal.timeout(ODD_PATIENCE_MS),
    }).catch(() => null);
    const text = await response?.text().catch(() => '');
    if (response && response.status >= 500 && response.status !== 503)
      this.oddAnswers.push(`PATCH ${this.model}: ${response.status} ${text?.slice(0, 300)}`);
    return response?.status === 200 && Date.now() - at <= WRITE_PATIENCE_MS ? Date.now() : null;
  }

  /** A new connection to PostgreSQL, past every relay; in calms it waits for nothing but a share of the processors. */
  private async noise(): Promise<number | null> {
    const began = performance.now();
    return this.database.ask('SELECT 1').then(
      () => performance.now() - began,
      () => null,
    );
  }
}
