import { isRequestId, type Sample } from '#libs/gateway-protocol';
import { storableText } from '#libs/kernel';
import { parseJsonPath, type Payload, type Route, writeJson } from '#libs/traffic';

/** A request that the two versions answered differently. */
export interface Disagreement {
  readonly requestId: string;
  /** `null`: it was not kept. */
  readonly request: Payload | null;
  readonly primary: { readonly status: number; readonly body: Payload };
  readonly candidate: { readonly status: number; readonly body: Payload };
  readonly rankCorrelation?: number;
  readonly scoreDelta?: number;
}

/** Samples of one rollout that a gateway sends in one batch, and the longest text of each part. */
const MOST_PER_BATCH = 5;
const LONGEST_TEXT = 4_000;
/** All rollouts together. */
const MOST_HELD = 200;

/** Keeps the worst disagreements of each shadow until the next batch. */
export class SampleKeeper {
  private held = new Map<string, Sample[]>();
  private count = 0;

  offer(route: Route, disagreement: Disagreement): void {
    if (route.rolloutId === null) return;
    if (!isRequestId(disagreement.requestId)) return;
    const badness = badnessOf(disagreement);
    if (!Number.isFinite(badness)) return;
    const { most = MOST_PER_BATCH, redact = [] } = route.reading?.samples ?? {};
    if (most === 0) return;
    let worst = this.held.get(route.rolloutId);
    if (!worst) this.held.set(route.rolloutId, (worst = []));
    const least = worst.at(-1);
    if (worst.length >= MOST_PER_BATCH && least && least.badness >= badness) return;
    if (worst.length >= MOST_PER_BATCH) worst.pop();
    else if (this.count >= MOST_HELD) return;
    else this.count++;
    const shown = (payload: Payload | null): string => cut(payload ? redacted(payload, redact) : '');
    worst.push({
      ...disagreement,
      request: shown(disagreement.request),
      primary: { ...disagreement.primary, body: shown(disagreement.primary.body) },
      candidate: { ...disagreement.candidate, body: shown(disagreement.candidate.body) },
      rolloutId: route.rolloutId,
      revision: route.revision,
      badness,
    });
    worst.sort((a, b) => b.badness - a.badness);
  }

  drain(): Sample[] {
    const samples = [...this.held.values()].flat();
    this.held = new Map();
    this.count = 0;
    return samples;
  }
}

/** A failure is worse than a wrong ranking, and that is worse the more it is reversed. */
function badnessOf({ candidate, rankCorrelation, scoreDelta }: Disagreement): number {
  if (candidate.status >= 400) return 1_000;
  if (rankCorrelation !== undefined) return 1 - rankCorrelation;
  // Between 0 and 1, growing with the difference: it has no natural scale.
  return scoreDelta === undefined ? 1 : scoreDelta / (1 + scoreDelta);
}

/** What people see: storable, and short. */
const cut = (text: string): string => {
  const stored = storableText(text, LONGEST_TEXT);
  return text.length <= LONGEST_TEXT ? stored : `${stored}…`;
};

const REDACTED = '(redacted)';

/**
 * What people see of a body: decoded, and with what stands at these paths blacked out. Where there is no value to
 * look in, nothing of it is shown.
 */
export function redacted(payload: Payload, paths: readonly string[]): string {
  const { content } = payload;
  const isEmpty = content.kind === 'text' && content.text === '';
  if (paths.length === 0 || isEmpty) return payload.shown(LONGEST_TEXT);
  if (content.kind !== 'value') return REDACTED;
  if (paths.includes('$')) return JSON.stringify(REDACTED);
  return writeJson(blackedOut(payload, paths), LONGEST_TEXT);
}

/** The value of a body with what stands at these paths blacked out; `undefined`: it has none. */
export function blackedOut(payload: Payload, paths: readonly string[]): unknown {
  if (paths.includes('$')) return undefined;
  // Others may still read this value.
  const { value } = payload.again();
  for (const path of paths) {
    const keys = parseJsonPath(path) ?? [];
    let here: unknown = value;
    for (const key of keys.slice(0, -1))
      here =
        here !== null && typeof here === 'object' && Object.hasOwn(here, key)
          ? (here as Record<string | number, unknown>)[key]
          : undefined;
    const last = keys.at(-1);
    if (last !== undefined && here !== null && typeof here === 'object' && Object.hasOwn(here, last))
      (here as Record<string | number, unknown>)[last] = REDACTED;
  }
  return value;
}
