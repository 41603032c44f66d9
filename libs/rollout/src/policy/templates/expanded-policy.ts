import { gateFields } from '../gate-fields.ts';
import { queryOfGate } from './metric-templates.ts';

/**
 * A policy document as it is kept: each gate that names a metric (`from: istio`) has the query that this makes in its place.
 * What is kept does not change when a later release asks better, and processes of releases before read it.
 * @returns the document itself where nothing is to be expanded; gates with mistakes stay, for parsing names them
 */
export function expandedPolicy(document: unknown): unknown {
  if (typeof document !== 'object' || document === null) return document;
  const gates: readonly unknown[] =
    'gates' in document && Array.isArray(document.gates) ? document.gates : [];
  const expanded = gates.map(expandedGate);
  return expanded.some((gate, i) => gate !== gates[i]) ? { ...document, gates: expanded } : document;
}

function expandedGate(gate: unknown): unknown {
  if (typeof gate !== 'object' || gate === null || !('from' in gate)) return gate;
  const read = gateFields.safeParse(gate);
  if (!read.success || read.data.metric !== 'prometheus') return gate;
  const asked = queryOfGate(read.data);
  if ('missing' in asked) return gate;
  const {
    from: _f,
    of: _o,
    service: _s,
    namespace: _n,
    window: _w,
    ...rest
  } = gate as Record<string, unknown>;
  return { ...rest, query: asked.query };
}
