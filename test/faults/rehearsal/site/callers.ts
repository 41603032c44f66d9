import type { Member } from './members.ts';
import type { Asked } from '../invariants/story.ts';

const PATIENCE_MS = 20_000;
const MOST_UNDER_WAY = 150;
const BEAT_MS = 20;
const UNITS = 5_000;

/** What a caller has of a good answer. */
export interface Answered {
  readonly model: string;
  readonly gateway: string;
  readonly at: number;
  readonly receipt: string | null;
  readonly version: number | null;
}

/** Callers at a bounded rate, of any model at any gateway, each of which checks that the answer is to its question. */
export class Callers {
  readonly asked: Asked[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private owed = 0;
  private questions = 0;

  constructor(
    private readonly gateways: readonly Member[],
    private readonly models: readonly string[],
    perSecond: number,
    private readonly random: () => number,
    private readonly onAnswer: (answered: Answered) => void,
  ) {
    let last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      this.owed = Math.min(perSecond / 10, this.owed + ((now - last) * perSecond) / 1_000);
      last = now;
      for (; this.owed >= 1 && this.underWay.size < MOST_UNDER_WAY; this.owed--) this.begin();
    }, BEAT_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
  }

  private begin(): void {
    const one = this.ask(this.pick(this.models), this.pick(this.gateways));
    this.underWay.add(one);
    void one.finally(() => this.underWay.delete(one));
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  private async ask(model: string, gateway: Member): Promise<void> {
    const q = ++this.questions;
    const at = Date.now();
    const note = (status: number | null, version: number | null, problem: string | null): void =>
      void this.asked.push({
        ...{ at, until: Date.now(), gateway: gateway.name, model, status, version, problem },
      });
    try {
      const response = await fetch(`${gateway.url}/models/${model}/infer`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-understudy-unit': `u${Math.floor(this.random() * UNITS)}`,
        },
        body: JSON.stringify({ q }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      const said = Number(response.headers.get('x-understudy-version') ?? NaN);
      const version = Number.isFinite(said) ? said : null;
      const isRight = response.status === 200 && text === JSON.stringify({ y: q });
      note(response.status, version, isRight ? null : text.slice(0, 200));
      const receipt = response.headers.get('x-understudy-receipt');
      if (isRight) this.onAnswer({ model, gateway: gateway.name, at: Date.now(), receipt, version });
    } catch (error) {
      const { message, cause } = error as Error;
      note(null, null, `${message} ${String((cause as Error | undefined)?.message ?? '')}`);
    }
  }
}
