import { every, PROCESS } from '#libs/data-plane';
import { type Logger, RepeatedErrors } from '#libs/observe';
import type { Route } from '#libs/traffic';
import type { TrafficRouter } from './traffic-router.ts';

const LOOK_MS = 1_000;
/** What mends itself within this time pauses nothing. Shorter than the time for which a step waits for who is behind. */
const GRACE_MS = 5_000;
const ANSWER_MS = 5_000;
const LONGEST_REASON = 900;
/** There is nothing to pause: it is paused, or has ended, or bakes. */
const NOTHING_TO_PAUSE: ReadonlySet<number> = new Set([404, 409]);

/**
 * Pauses the rollout of a model whose callers cannot be moved, and says why: else its steps would go on by their clocks, and be judged by what
 * never happened. Once for each revision of a route: whoever resumes it has seen why it was paused.
 */
export class RolloutPauser {
  /** By rollout and revision; in ms of a clock that only goes forward. */
  private readonly since = new Map<string, number>();
  private readonly paused = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private looking: Promise<void> = Promise.resolve();
  private isLooking = false;
  private readonly errors: RepeatedErrors;

  constructor(
    private readonly to: { readonly apiUrl: string; readonly token: string },
    private readonly router: Pick<TrafficRouter, 'standing' | 'whyAway'>,
    private readonly routes: () => readonly Route[],
    logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.errors = new RepeatedErrors((error, times) => logger.error({ times }, (error as Error).message));
    this.timer = every(PROCESS, LOOK_MS, () => {
      if (!this.isLooking) this.looking = this.look();
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    try {
      const stuck = this.router.whyAway === null ? this.stuckNow() : [];
      const keys = new Set(stuck.map(({ key }) => key));
      for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
      for (const { key, rolloutId, why } of stuck) {
        const since = this.since.get(key) ?? this.now();
        this.since.set(key, since);
        if (this.now() - since >= GRACE_MS && !this.paused.has(key))
          await this.tryToPause(key, rolloutId, why);
      }
    } catch (error) {
      this.errors.note(error);
    } finally {
      this.isLooking = false;
    }
  }

  private stuckNow(): { key: string; rolloutId: string; why: string }[] {
    return this.routes().flatMap((route) => {
      const { rolloutId, candidate, revision } = route;
      if (rolloutId === null || candidate === null) return [];
      const standing = this.router.standing(route);
      return standing?.kind === 'stuck'
        ? [{ key: `${rolloutId}/${revision}`, rolloutId, why: standing.why }]
        : [];
    });
  }

  /** One that fails keeps no other from being paused. */
  private async tryToPause(key: string, rolloutId: string, why: string): Promise<void> {
    try {
      await this.pause(key, rolloutId, why);
    } catch (error) {
      this.errors.note(error);
    }
  }

  private async pause(key: string, rolloutId: string, why: string): Promise<void> {
    const response = await fetch(`${this.to.apiUrl}/api/v1/rollouts/${rolloutId}/pause`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.to.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        reason: `callers cannot be moved: ${why}`.slice(0, LONGEST_REASON),
      }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (response.ok || NOTHING_TO_PAUSE.has(response.status)) {
      this.paused.add(key);
      return;
    }
    const hint = response.status === 403 ? ' (its token needs the scope "operate", too)' : '';
    throw new Error(
      `rollout ${rolloutId} should be paused (${why}), and the api answers ${response.status}${hint}: ${text.slice(0, 200)}`,
    );
  }
}
