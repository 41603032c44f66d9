import type { Member } from './site/members.ts';

const PATIENCE_MS = 2_000;

/** @returns the text of `GET /metrics` of a process; `null` where it does not answer */
async function metricsOf(member: Member): Promise<string | null> {
  const response = await fetch(`${member.url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => null,
  );
  return (await response?.text().catch(() => null)) ?? null;
}

/** Rollouts that the queue has brought to a worker, and those that went around it, since the worker's start; `null`: it does not say. */
export async function queueFigures(
  worker: Member,
): Promise<{ readonly brought: number; readonly around: number } | null> {
  const text = await metricsOf(worker);
  if (text === null) return null;
  const of = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { brought: of('understudy_queue_looks_total'), around: of('understudy_direct_looks_total') };
}

/** Do the figures of a worker say that the primary of a model answers nobody? */
export async function isToldOf(workers: readonly Member[], model: string): Promise<boolean> {
  const texts = await Promise.all(workers.map(metricsOf));
  return texts.some((text) =>
    new RegExp(`^understudy_primary_unreachable\\{model="${model}"[^}]*\\} 1`, 'm').test(text ?? ''),
  );
}
