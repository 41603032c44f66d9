import { canonicalJson } from '#libs/kernel';
import { Breach } from '../support/memory/breach.ts';
import type { MemoryState } from '../support/memory/memory-state.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const said = (words: unknown): string => String(words ?? '').replace(UUID, '<id>');

/** All that was decided, in words that are the same wherever the same commands are played: no ids, no salts. */
function decisionsOf(state: MemoryState): readonly string[] {
  const lines: string[] = [];
  for (const [name, model] of [...state.models].sort(([a], [b]) => a.localeCompare(b))) {
    lines.push(`${name}: primary ${model.primary}, history ${model.primaryHistory.join()}`);
    for (const { sequence, type, actor, data, at } of state.events.get(model.id) ?? [])
      lines.push(
        `${name} event ${sequence} at ${at}: ${type} by ${actor}, version ${said(data['version'])}, step ${said(data['step'])}: ${said(data['because'])}`,
      );
    for (const route of state.routes.filter(({ modelId }) => modelId === model.id)) {
      const { candidate: c } = route;
      const rings = (c?.rings ?? []).map((ring) => canonicalJson(ring)).join();
      const trial = c ? `${c.version} ${c.mode} ${c.weight} ${c.url} ${rings}` : 'nobody';
      lines.push(`${name} route ${route.revision}: ${route.primary.version} ${route.primary.url}, ${trial}`);
    }
    for (const term of state.terms.filter(({ modelId }) => modelId === model.id))
      lines.push(
        `${name} term: ${term.version} until ${term.until}, good ${term.good}, proven ${term.proven}, refuted by ${term.refutedBy}`,
      );
  }
  for (const r of state.rollouts.values()) {
    const { model, version, from, stepIndex, stepStartedAt, clockStoppedAt, revision, queued } = r;
    const clock = `${stepStartedAt}/${clockStoppedAt}`;
    lines.push(
      `${model} ${version} from ${from}: ${r.state} ${stepIndex} ${clock} revision ${revision}${queued ? ' queued' : ''}${r.overridesFreeze ? ' hot fix' : ''}${r.groupId === null ? '' : ' with others'}: ${r.decision?.kind}, ${said(r.decision?.because)}`,
    );
  }
  const counts = [...state.evidence.values()].map(({ entry, stepIndex, tally }) => {
    const of = state.rollouts.get(entry.rolloutId);
    return `evidence of ${of?.model} ${of?.version}, ${entry.revision} ${entry.arm} in step ${stepIndex}: ${tally.requests}`;
  });
  return [...lines, ...counts.sort()];
}

/** The stores in memory and those on PostgreSQL have decided the same. @param after what was done last */
export function expectSame(memory: MemoryState, postgres: MemoryState, after: string): void {
  const [ours, theirs] = [decisionsOf(memory), decisionsOf(postgres)];
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  if (at === -1 && ours.length === theirs.length) return;
  const where = at === -1 ? ours.length : at;
  throw new Breach(
    `after ${after}: in memory "${ours[where] ?? 'nothing more'}", on PostgreSQL "${theirs[where] ?? 'nothing more'}"`,
  );
}
