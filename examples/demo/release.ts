import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, RolloutView } from './api-client.ts';
import type { LiveView } from './live-view.ts';
import { addSeen, NOTHING_SEEN, type Seen, type Traffic } from './traffic.ts';

/** Servers of Python load for half a minute, and for minutes on a busy machine. */
const ROLLOUT_MS = 600_000;
/** Long enough, and enough answers, to measure what callers get when nothing changes. */
const QUIET_MS = 2_500;
const QUIET_MS_AT_MOST = 15_000;
const QUIET_REQUESTS = 200;

/** What became of one version, and what callers saw before, during and after its rollout. */
export interface Release {
  readonly model: string;
  readonly rollout: RolloutView;
  readonly wasCanary: boolean;
  readonly before: Seen;
  readonly during: Seen;
  readonly after: Seen;
}

/** One part of the story, and whether it held. */
export interface Check {
  readonly text: string;
  readonly holds: boolean;
}

export type Register = (manifest: Record<string, unknown>) => Promise<{ rolloutId: string }>;

/** Answers of the release's version that callers got. */
export const servedTo = ({ rollout, during, after }: Release): number =>
  (during.byVersion[String(rollout.version)] ?? 0) + (after.byVersion[String(rollout.version)] ?? 0);

export const failedIn = ({ before, during, after }: Release): number =>
  before.failed + during.failed + after.failed;

/** Registers a version under traffic, and watches its rollout to the end. `quietRequests`: the least to measure by. */
export async function playRelease(play: {
  readonly api: ApiClient;
  readonly view: LiveView;
  readonly traffic: Traffic;
  readonly register: Register;
  readonly version: Record<string, unknown>;
  readonly quietRequests?: number;
}): Promise<Release> {
  const { api, view, traffic, version, quietRequests = QUIET_REQUESTS } = play;
  traffic.take();
  const before = await quiet(traffic, quietRequests);
  let during = NOTHING_SEEN;
  const { rolloutId } = await play.register(version);
  const model = String(version['model']);
  const rollout = await follow(api, view, model, rolloutId, () => (during = addSeen(during, traffic.take())));
  during = addSeen(during, traffic.take());
  const after = await quiet(traffic, quietRequests);
  const { items } = await api.get<{ items: { type: string; data: { mode?: string } }[] }>(
    `/rollouts/${rolloutId}/events`,
  );
  view.chapter(`   → ${rollout.state}: ${rollout.decision?.because ?? ''}`);
  return {
    model,
    rollout,
    before,
    during,
    after,
    wasCanary: items.some((e) => e.type === 'rollout.advanced' && e.data.mode === 'canary'),
  };
}

/** What callers get while nothing changes. A slow machine takes longer to show it. */
async function quiet(traffic: Traffic, requests: number): Promise<Seen> {
  await sleep(QUIET_MS);
  let seen = traffic.take();
  for (const until = performance.now() + QUIET_MS_AT_MOST; performance.now() < until; await sleep(200)) {
    if (seen.requests >= requests) break;
    seen = addSeen(seen, traffic.take());
  }
  return seen;
}

/** Watches a rollout until it has ended. */
export async function follow(
  api: ApiClient,
  view: LiveView,
  model: string,
  rolloutId: string,
  seen: () => Seen,
): Promise<RolloutView> {
  for (const until = performance.now() + ROLLOUT_MS; performance.now() < until; await sleep(300)) {
    const rollout = await api.get<RolloutView>(`/rollouts/${rolloutId}`);
    view.show(model, rollout, seen());
    if (rollout.endedAt !== null) return rollout;
    if (rollout.state === 'paused')
      throw new Error(`the rollout of ${model} paused: ${rollout.decision?.because ?? ''}`);
  }
  throw new Error(`the rollout of ${model} did not end within ${ROLLOUT_MS / 1_000} s`);
}

/** `digits`, or `digits-2`, … when an earlier demo has left its models in this database. */
export async function freeName(api: ApiClient, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!(await api.exists(`/models/${candidate}`))) return candidate;
  }
}
