import { follow, stepInWords, UnderstudyError } from '#libs/client';
import { type Context, dataOf } from './context.ts';
import { EXIT, Exit } from './exit.ts';
import { printable } from '#libs/kernel';
import type { Line, Screen as InPlace } from './printer.ts';
import { type Arms, drawTrack, ENDED, type Rollout } from './track.ts';

/** Evidence comes without an event of its own. */
const LOOK_MS = 1_000;

export interface WatchOptions {
  readonly timeoutMs: number | null;
  /** Nothing is drawn: whoever waits wants the end. */
  readonly isQuiet?: boolean;
  /** When there is no more to wait for; left out: once it has ended. */
  readonly isOver?: (rollout: Rollout) => boolean;
}

/**
 * Draws a rollout until it has ended (or `isOver`), in place on a terminal, a line for each change elsewhere. A server that
 * starts again meanwhile is waited for.
 * @returns the rollout as it was then @throws Exit `timeout`; where nobody has answered at the last look, what the matter was
 */
export async function watchRollout(context: Context, id: string, options: WatchOptions): Promise<Rollout> {
  const stop = new AbortController();
  const ended = AbortSignal.any([stop.signal, context.signal]);
  const screen = new Screen(context, options.isQuiet ?? false);
  const isOver = options.isOver ?? (({ state }: Rollout): boolean => ENDED.includes(state));
  const until = options.timeoutMs === null ? Infinity : Date.now() + options.timeoutMs;
  let wake = (): void => undefined;
  const following = follow({
    ...{ url: context.url, token: () => context.token, signal: ended },
    connected: () => wake(),
    event: ({ rolloutId }) => (rolloutId === id ? wake() : undefined),
  }).catch(() => undefined); // whoever may not follow still may look
  try {
    for (;;) {
      const rollout = await look(context, id, screen);
      const isSeen = !(rollout instanceof UnderstudyError);
      if (isSeen && isOver(rollout)) return rollout;
      context.signal.throwIfAborted();
      // With 0 this was the one look.
      if (Date.now() >= until && !isSeen) throw rollout;
      if (Date.now() >= until)
        throw new Exit(EXIT.timeout, `The rollout has not ended in time; it goes on by itself (${id}).`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => wake(), LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          ended.removeEventListener('abort', wake);
          resolve();
        };
        ended.addEventListener('abort', wake, { once: true });
      });
    }
  } finally {
    stop.abort();
    screen.done();
    await following;
  }
}

/** @returns the rollout, or why it is not to be seen at the moment */
async function look(context: Context, id: string, screen: Screen): Promise<Rollout | UnderstudyError> {
  try {
    const path = { id };
    const rollout = dataOf(await context.client.GET('/api/v1/rollouts/{id}', { params: { path } }));
    const { items } = dataOf(
      await context.client.GET('/api/v1/rollouts/{id}/evidence', { params: { path } }),
    );
    screen.show(rollout, items as unknown as Arms[]);
    return rollout;
  } catch (error) {
    const mayPass =
      error instanceof UnderstudyError && (error.status === 0 || error.status >= 500 || error.status === 429);
    if (!mayPass) throw error;
    screen.lost(error);
    return error;
  }
}

/** Redraws only what is another than before, in one write, so that nothing flickers. */
class Screen {
  private readonly inPlace: InPlace | null;
  private shown = '';
  private last: readonly Line[] = [];

  constructor(
    private readonly context: Context,
    private readonly isQuiet: boolean,
  ) {
    this.inPlace = isQuiet ? null : context.print.screen();
  }

  show(rollout: Rollout, evidence: readonly Arms[]): void {
    if (this.isQuiet) return;
    const { print } = this.context;
    this.last = drawTrack(rollout, evidence, print.columns());
    if (this.inPlace) this.draw(this.last);
    else {
      const { state, step, decision, waitingFor } = rollout;
      const because = waitingFor ?? decision?.because ?? '';
      const line = [state, step ? stepInWords(step) : '', because].filter(Boolean).join(' · ');
      if (line !== this.shown) print.write(`${printable((this.shown = line))}\n`);
    }
  }

  lost(error: unknown): void {
    const line = `${(error as Error).message.split('\n')[0] ?? ''} Trying again …`;
    if (this.inPlace) this.draw([...this.last, [{ text: line }]]);
    else if (line !== this.shown && !this.isQuiet) this.context.print.note(`${(this.shown = line)}\n`);
  }

  done(): void {
    this.inPlace?.done();
  }

  private draw(lines: readonly Line[]): void {
    const text = JSON.stringify(lines);
    if (text === this.shown) return;
    this.shown = text;
    this.inPlace?.draw(lines);
  }
}
