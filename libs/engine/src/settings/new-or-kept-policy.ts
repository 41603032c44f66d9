import { expandedPolicy, parseKeptPolicy, parsePolicy, type Policy } from '#libs/rollout';
import { documentHash } from './policy-hash.ts';

/**
 * Reads a document that a request has sent: by the rules for new policies, unless it is the very one that is kept where it is
 * sent to. That plays on, so saying it again is no mistake, whatever a release refuses of new ones.
 * @param kept the document that holds so far, as it is kept; `null`: none
 * @throws DomainError `policy_invalid` with the pointer of every mistake
 */
export function newOrKeptPolicy(document: unknown, kept: unknown): Policy {
  const asked = expandedPolicy(document);
  // First: what is no policy at all has no bounds, and is not hashed.
  const policy = parseKeptPolicy(asked);
  return documentHash(asked) === documentHash(kept) ? policy : parsePolicy(asked);
}
