/** Work that repeats: never two at once, at once when poked, and at least every so often. */
export interface Repeating {
  /** Run as soon as the present run has ended. */
  poke(): void;
  stop(): Promise<void>;
}

/** @param work runs at once, and again after an error too; `onError` hears of it. It is told whether it should end */
export function repeat(
  everyMs: number,
  work: (isStopped: () => boolean) => Promise<void>,
  onError: (error: unknown) => void,
): Repeating {
  let stopped = false;
  let poked = false;
  let wake: (() => void) | null = null;

  const loop = async (): Promise<void> => {
    while (!stopped) {
      poked = false;
      await work(() => stopped).catch(onError);
      if (stopped || poked) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
    }
  };
  const done = loop();
  const poke = (): void => {
    poked = true;
    wake?.();
  };
  return {
    poke,
    async stop() {
      stopped = true;
      poke();
      await done;
    },
  };
}
