import { canonicalJson } from '#libs/kernel';
import { expandedPolicy, policyJsonSchema } from '#libs/rollout';
import { orderedBy, readYaml, writeYaml } from '#libs/yaml';

/**
 * A policy as YAML: as its author wrote it, where that is kept and still says what the document does, else in the order of the guide.
 * @param document as it is kept
 * @param written the author's text
 */
export function policyText(document: unknown, written: string | null): string {
  if (written !== null && says(written, document)) return written;
  return writeYaml(orderedBy(policyJsonSchema(), document));
}

/** A process of an older release replaces the document alone. */
function says(text: string, document: unknown): boolean {
  try {
    return canonicalJson(expandedPolicy(readYaml(text))) === canonicalJson(document);
  } catch {
    return false;
  }
}
