import { readyPathsOf } from '#libs/traffic';
import { after, contain, every, PROCESS } from '#libs/data-plane';
import type { PassedLines } from '../heads/head-lines.ts';
import { inWords, isOurLimit } from '../upstream/connection/errors.ts';
import type { UpstreamPool } from '../upstream/upstream-pool.ts';
import type { Silent, SilentPrimaries } from './silent-primaries.ts';

/** How silent primaries are asked. Milliseconds. */
export interface KnockSettings {
  /** Between two knocks at a primary; 0: nobody is asked. */
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** `DEPLOYER_READY_PATH` */
  readonly usualPath: string;
}

const TICK_MS = 250;
/** Of all models; the others wait. */
const MOST_AT_ONCE = 64;
const TEXT = 'user-agent: understudy-probe\r\naccept: */*\r\n';
const HEADERS = { text: TEXT, count: 2, hasDate: false, length: null, places: [] } as unknown as PassedLines;
const NO_BODY = { kind: 'whole', bytes: Buffer.alloc(0) } as const;

/**
 * Asks primaries of which nothing was heard since a caller's request failed, over callers' own connections: so what it finds is what callers
 * would. Any HTTP answer will do; how ready a server is, the probes of ADR 17 and 23 say.
 */
export class Knocker {
  private underWay = 0;
  private readonly ticker: NodeJS.Timeout | null;

  constructor(
    private readonly silent: SilentPrimaries,
    private readonly primaries: () => UpstreamPool,
    private readonly settings: KnockSettings,
  ) {
    this.ticker = settings.everyMs === 0 ? null : every(PROCESS, TICK_MS, () => this.tick()).unref();
  }

  close(): void {
    if (this.ticker) clearInterval(this.ticker);
  }

  private tick(): void {
    for (const one of this.silent.toKnock(MOST_AT_ONCE - this.underWay))
      contain(PROCESS, () => this.knock(one));
  }

  private knock(one: Silent): void {
    const { everyMs, timeoutMs, usualPath } = this.settings;
    const { target, model } = one;
    let isOver = false;
    const settle = (found: { readonly status: number | null; readonly because: string } | null): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.underWay--;
      this.silent.knocked(one, found, everyMs);
    };
    const isSilent = (because: string): void => settle({ status: null, because });
    this.underWay++;
    const [{ path } = { path: usualPath }] = readyPathsOf(target.healthPath ?? null, usualPath);
    const call = this.primaries().send(
      {
        ...{ method: 'GET', model, target, rest: path, headers: HEADERS, body: NO_BODY },
        ...{ isRepeatable: true, trace: null },
      },
      {
        ...{ place: 'process', endBy: () => settle(null) },
        // Its connection ends with it: nobody reads on.
        head: (status) => {
          settle({ status, because: `it answers ${status}` });
          call.abort();
        },
        chunk: () => true,
        end: () => undefined,
        // A limit of ours says nothing.
        failed: (error) => (isOurLimit(error) ? settle(null) : isSilent(inWords(error))),
      },
    );
    const timer = after(PROCESS, timeoutMs, () => {
      isSilent('no answer in time');
      call.abort();
    });
  }
}
