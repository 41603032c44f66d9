// Loaded into a process with NODE_OPTIONS=--import: its machine's clock is off by SKEW_MS.
import { performance } from 'node:perf_hooks';

const skew = Number(process.env.SKEW_MS ?? 0);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + skew);
    else super(...args);
  }
  static now() {
    return RealDate.now() + skew;
  }
};
const origin = performance.timeOrigin + skew;
Object.defineProperty(performance, 'timeOrigin', { get: () => origin });
