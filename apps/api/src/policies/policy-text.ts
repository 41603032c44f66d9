import { effectivePolicy, type ModelRecord, type Stores } from '#libs/engine';
import { canonicalJson } from '#libs/kernel';
import { expandedPolicy, policyJsonSchema } from '#libs/rollout';
import { orderedBy, readYaml, writeYaml } from '#libs/yaml';
import { OtherForm } from '../http/etag.ts';

/**
 * A policy as YAML: as its author wrote it, where that is kept and still says what the document does, else in the order of the guide.
 * @param document as it is kept
 * @param written the author's text
 */
export function policyText(document: unknown, written: string | null): string {
  if (written !== null && says(written, document)) return written;
  return writeYaml(orderedBy(policyJsonSchema(), document));
}

/** A model's policy as YAML, beside the document that its tag is of. */
export async function policyForm(stores: Stores, model: ModelRecord): Promise<OtherForm> {
  const document = effectivePolicy(model);
  const text = policyText(document, await stores.models.policyText(model.id));
  return new OtherForm(document, text, 'application/yaml; charset=utf-8');
}

/** A policy that somebody sends, and the text of it that is kept. */
export interface SentPolicy {
  readonly policy: unknown;
  readonly text: string | null;
}

/**
 * What is written of a policy that somebody sends. The document that is there, sent again as it was written, stays as it is: also where its
 * metrics (`from: istio`) have other queries by now. Sent as JSON, it keeps the author's text; else JSON has a text only for what is not kept
 * of it otherwise, the metrics that it names.
 */
export async function sentPolicy(
  stores: Stores,
  model: ModelRecord,
  { policy, text }: SentPolicy,
): Promise<SentPolicy> {
  const kept = effectivePolicy(model);
  const written = await stores.models.policyText(model.id);
  if (isAsWritten(policy, kept, written)) return { policy: kept, text: text ?? written };
  return { policy, text: text ?? textOfNamed(policy) };
}

/** Is it the document that is kept, as it was sent? */
function isAsWritten(asked: unknown, kept: unknown, written: string | null): boolean {
  if (same(expandedPolicy(asked), kept)) return true;
  return written !== null && says(written, kept) && same(readYaml(written), asked);
}

/** As YAML, a policy that names metrics; `null`: the kept document says all of it. */
export const textOfNamed = (policy: unknown): string | null =>
  expandedPolicy(policy) === policy ? null : writeYaml(orderedBy(policyJsonSchema(), policy));

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * Does a text say what a document does? A process of an older release replaces the document alone. Of metrics that the text names, the queries
 * are those of the day on which it came, and are not compared.
 */
function says(text: string, document: unknown): boolean {
  try {
    const read = readYaml(text);
    const expanded = expandedPolicy(read);
    const named = gatesOf(read).map((gate, i) => gate !== gatesOf(expanded)[i]);
    return same(withoutQueries(expanded, named), withoutQueries(document, named));
  } catch {
    return false;
  }
}

const gatesOf = (policy: unknown): readonly unknown[] =>
  typeof policy === 'object' && policy !== null && 'gates' in policy && Array.isArray(policy.gates)
    ? policy.gates
    : [];

const withoutQueries = (policy: unknown, named: readonly boolean[]): unknown =>
  typeof policy !== 'object' || policy === null || !named.includes(true)
    ? policy
    : {
        ...policy,
        gates: gatesOf(policy).map((gate, i) => (named[i] ? { ...(gate as object), query: '' } : gate)),
      };
