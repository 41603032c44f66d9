import { follow, UnderstudyError } from '#libs/client';
import type { StreamState, Told } from './follower.ts';
import { pause } from './pause.ts';
import { lookOnce, POLL_MS } from './poll-events.ts';
import type { SharedStreamOptions } from './stream-options.ts';
import { withStreamSlot } from './stream-slots.ts';

/**
 * Reads the stream, or asks every few seconds while other logins of this browser hold as many streams as it can have,
 * and tells the other tabs.
 * @param signal ends it
 */
export async function lead(
  options: SharedStreamOptions,
  channel: BroadcastChannel,
  signal: AbortSignal,
): Promise<void> {
  const leader = crypto.randomUUID();
  let [count, state]: [number, StreamState] = [0, 'down'];
  const say = (told: Told): void => {
    if (!signal.aborted) channel.postMessage(told);
  };
  const become = (next: StreamState): void => {
    state = next;
    say({ kind: 'state', leader, count, state });
  };
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === 'ask') become(state);
  };
  become(state);
  const ears = {
    ...options,
    signal,
    connected: () => {
      count++;
      become('up');
      options.connected();
    },
    lost: (error: unknown) => {
      become('down');
      options.lost?.(error);
    },
    event: (event: Parameters<typeof options.event>[0]) => {
      count++;
      say({ kind: 'event', leader, count, event });
      options.event(event);
    },
  };
  try {
    while (!signal.aborted) {
      if (await withStreamSlot(() => follow(ears))) continue;
      await lookOnce(ears);
      await pause(POLL_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return;
    ears.lost(error);
    if (error instanceof UnderstudyError) {
      become('refused');
      options.refused();
    }
    // Others with this login would be refused as well: it is kept from asking.
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
}
