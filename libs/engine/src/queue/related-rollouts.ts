import type { RelatedRollout } from '../ports/ports.ts';

/**
 * Which of the rollouts of related models a pending one waits for, in words; `null`: none.
 * A version says itself what it consumes, so it waits for that. Whether somebody else's version holds this model back
 * is not theirs to say: it does only where whoever registered it may touch this model.
 */
export function heldBy(related: readonly RelatedRollout[]): string | null {
  const found = related.find(({ relation, acknowledged }) => relation === 'upstream' || acknowledged);
  if (!found) return null;
  const { model, version, relation, acknowledged } = found;
  if (!acknowledged) return `it waits for a rollout of ${model}, which this model consumes`;
  const why = relation === 'upstream' ? 'which this model consumes' : 'which consumes this model';
  return `it waits for the rollout of ${model} ${version}, ${why}`;
}
