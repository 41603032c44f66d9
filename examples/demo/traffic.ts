import { Agent, request } from 'undici';

/** One thing to ask a model, and how good an answer to it is (1 is best). */
export interface Question {
  readonly body: string;
  readonly score: (answer: unknown) => number;
}

/** What callers saw in a stretch of the story. */
export interface Seen {
  readonly requests: number;
  readonly failed: number;
  /** Mean score of the answers. */
  readonly quality: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

const UNITS = 4_000;
/** Requests under way at once; a slow machine gets fewer requests, not a growing pile. */
const MOST_UNDER_WAY = 32;
const TICK_MS = 20;

/** Callers of one model: a steady rate of held-out questions through the gateway, from many users. */
export class Traffic {
  private readonly agent = new Agent({ connections: MOST_UNDER_WAY, keepAliveTimeout: 4_000 });
  private readonly timer: NodeJS.Timeout;
  private underWay = 0;
  private owed = 0;
  private asked = 0;
  private seen = { requests: 0, failed: 0, score: 0, byVersion: {} as Record<string, number> };

  constructor(
    private readonly url: string,
    private readonly questions: readonly Question[],
    perSecond: number,
  ) {
    this.timer = setInterval(() => {
      this.owed = Math.min(this.owed + (perSecond * TICK_MS) / 1_000, MOST_UNDER_WAY);
      for (; this.owed >= 1 && this.underWay < MOST_UNDER_WAY; this.owed--) void this.ask();
    }, TICK_MS);
  }

  /** What was seen since the last call. */
  take(): Seen {
    const { requests, failed, score, byVersion } = this.seen;
    this.seen = { requests: 0, failed: 0, score: 0, byVersion: {} };
    return { requests, failed, quality: score / Math.max(1, requests - failed), byVersion };
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.agent.close();
  }

  private async ask(): Promise<void> {
    const question = this.questions[this.asked % this.questions.length];
    const unit = `user-${(this.asked++ * 7_919) % UNITS}`;
    if (!question) return;
    this.underWay++;
    try {
      const response = await request(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-understudy-unit': unit },
        body: question.body,
        dispatcher: this.agent,
      });
      const text = await response.body.text();
      this.seen.requests++;
      if (response.statusCode !== 200) {
        this.seen.failed++;
        return;
      }
      const version = String(response.headers['x-understudy-version']);
      this.seen.byVersion[version] = (this.seen.byVersion[version] ?? 0) + 1;
      this.seen.score += question.score(JSON.parse(text));
    } catch {
      this.seen.requests++;
      this.seen.failed++;
    } finally {
      this.underWay--;
    }
  }
}

/** Adds up two stretches. */
export function addSeen(a: Seen, b: Seen): Seen {
  const answered = a.requests - a.failed + b.requests - b.failed;
  const byVersion = { ...a.byVersion };
  for (const [version, n] of Object.entries(b.byVersion)) byVersion[version] = (byVersion[version] ?? 0) + n;
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    quality:
      (a.quality * (a.requests - a.failed) + b.quality * (b.requests - b.failed)) / Math.max(1, answered),
    byVersion,
  };
}

export const NOTHING_SEEN: Seen = { requests: 0, failed: 0, quality: 0, byVersion: {} };
