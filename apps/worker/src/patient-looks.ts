import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconcilePorts } from '#libs/engine';
import type { Instant } from '#libs/kernel';

/** How long those behind a look wait for an answer from outside with it. Most come sooner. */
const PATIENCE_MS = 100;
/** Looks that wait for somebody outside, beyond which those behind them wait, too. */
const MOST_ASIDE = 256;
/** Whoever hangs does not hold up the end of the process. */
const STOP_MS = 5_000;

/** @param goesOutside to be called whenever it asks anybody but the database */
type Look = (rolloutId: string, askedAt: Instant, goesOutside: () => void) => Promise<void>;

/**
 * Looks at rollouts for whoever has few places for them (the queue's worker, `DirectWork`), and gives the place back when somebody outside
 * takes long to answer: one Prometheus that hangs must not keep the harm of all other rollouts waiting. Such a look goes on by itself.
 */
export class PatientLooks {
  private readonly aside = new Set<Promise<void>>();

  /** @param onError hears of what goes wrong once nobody waits for the look any more */
  constructor(
    private readonly look: Look,
    private readonly onError: (error: unknown) => void,
    private readonly patienceMs = PATIENCE_MS,
    private readonly mostAside = MOST_ASIDE,
  ) {}

  /** Resolves when the look has ended, or others may be looked at meanwhile. */
  async take(rolloutId: string, askedAt: Instant): Promise<void> {
    let goesOutside = (): void => undefined;
    const isOutside = new Promise<void>((resolve) => (goesOutside = resolve));
    const look = this.look(rolloutId, askedAt, goesOutside);
    const ended = look.then(() => 'ended' as const);
    const isSlow = isOutside.then(() => sleep(this.patienceMs, 'slow' as const, { ref: false }));
    if ((await Promise.race([ended, isSlow])) === 'ended') return;
    if (this.aside.size >= this.mostAside) return look;
    const goingOn = look.catch(this.onError).finally(() => void this.aside.delete(goingOn));
    this.aside.add(goingOn);
  }

  /** Waits for those that go on by themselves, but not for whoever hangs. */
  async stop(): Promise<void> {
    await Promise.race([Promise.all(this.aside), sleep(STOP_MS, undefined, { ref: false })]);
  }
}

/** The same ports, and a word whenever somebody outside is asked. */
export function tellingOutside(
  { uow, sources, checks: { artifacts, serving, caller }, checksUnderWay }: ReconcilePorts,
  goesOutside: () => void,
): ReconcilePorts {
  const told =
    <A extends unknown[], R>(ask: (...of: A) => R) =>
    (...of: A): R => {
      goesOutside();
      return ask(...of);
    };
  return {
    uow,
    checksUnderWay,
    sources: { read: told((...of) => sources.read(...of)) },
    checks: {
      artifacts: {
        verify: told((...of) => artifacts.verify(...of)),
        describe: told((...of) => artifacts.describe(...of)),
      },
      serving: { probe: told((...of) => serving.probe(...of)) },
      caller: { call: told((...of) => caller.call(...of)) },
    },
  };
}
