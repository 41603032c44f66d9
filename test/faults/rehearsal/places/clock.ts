import { existsSync, writeFileSync } from 'node:fs';
import type { BreakablePlace } from './places.ts';

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`,
);
const AHEAD_S = 1_200;

/** A clock that jumps, of one process: Debian's libfaketime, told by a file. */
export interface ClockOfProcess {
  readonly env: Readonly<Record<string, string>>;
  readonly place: BreakablePlace;
}

/** @param file that tells it how far it is ahead @returns `null` where there is no libfaketime */
export function clockOfProcess(name: string, file: string): ClockOfProcess | null {
  const library = LIBRARIES.find((one) => existsSync(one));
  if (library === undefined) return null;
  const set = (seconds: number): void => writeFileSync(file, `+${seconds}\n`);
  set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      // The file is read at each look at the clock, and what counts time from the start is a clock that never jumps.
      ...{ FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' },
    },
    place: {
      ...{ name: `${name} clock`, kind: 'clock', weight: 1 },
      begin: () => {
        set(AHEAD_S);
        return () => set(0);
      },
    },
  };
}
