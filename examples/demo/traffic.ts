import { Agent, request } from 'undici';

/** One thing to ask a model, and how good an answer to it is (1 is best). */
export interface Question {
  readonly body: string;
  readonly score: (answer: unknown) => number;
}

/** One request of a caller. Rejects where it fails. */
export type Ask = (n: number, unit: string) => Promise<{ readonly version: string; readonly score: number }>;

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

/** Callers of one model: a steady rate of requests through the gateway, from many users. */
export class Traffic {
  private readonly timer: NodeJS.Timeout;
  private readonly underWay = new Set<Promise<void>>();
  private owed = 0;
  private asked = 0;
  private seen = { requests: 0, failed: 0, score: 0, byVersion: {} as Record<string, number> };

  constructor(
    private readonly ask: Ask,
    perSecond: number,
  ) {
    this.timer = setInterval(() => {
      this.owed = Math.min(this.owed + (perSecond * TICK_MS) / 1_000, MOST_UNDER_WAY);
      for (; this.owed >= 1 && this.underWay.size < MOST_UNDER_WAY; this.owed--) this.start();
    }, TICK_MS);
  }

  /** What was seen since the last call. */
  take(): Seen {
    const { requests, failed, score, byVersion } = this.seen;
    this.seen = { requests: 0, failed: 0, score: 0, byVersion: {} };
    return { requests, failed, quality: score / Math.max(1, requests - failed), byVersion };
  }

  /** Resolves when the last answers have come. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
  }

  private start(): void {
    const n = this.asked++;
    const one = this.ask(n, `user-${(n * 7_919) % UNITS}`)
      .then(
        ({ version, score }) => {
          this.seen.byVersion[version] = (this.seen.byVersion[version] ?? 0) + 1;
          this.seen.score += score;
        },
        () => void this.seen.failed++,
      )
      .finally(() => {
        this.seen.requests++;
        this.underWay.delete(one);
      });
    this.underWay.add(one);
  }
}

/** Asks held-out questions by the Open Inference Protocol. */
export function askOpenInference(url: string, questions: readonly Question[]): Ask {
  const dispatcher = new Agent({ connections: MOST_UNDER_WAY, keepAliveTimeout: 4_000 });
  return async (n, unit) => {
    const question = questions[n % questions.length];
    if (!question) throw new Error('there are no questions');
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-understudy-unit': unit },
      body: question.body,
      dispatcher,
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return {
      version: String(headers['x-understudy-version']),
      score: question.score(JSON.parse(text)),
    };
  };
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
