import { randomBytes, randomUUID } from 'node:crypto';
import { DomainError, invisibleIn, isReadable } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import { assertSegmentsKnown } from '../settings/caller-segments.ts';
import { policyHash } from '../settings/policy-hash.ts';
import type { Stores } from '../ports/ports.ts';
import { firstPolicy } from '../release/release-authority.ts';

/**
 * Makes the model unless it is there. Returns whether it was made.
 * @throws DomainError `policy_looser` for a submitter's policy that is looser than the default, `name_invisible`
 */
export async function ensureModel(
  stores: Stores,
  name: string,
  { actor, authority }: By,
  more: { description?: string; tags?: Record<string, string>; policy?: unknown } = {},
): Promise<boolean> {
  const said = more.policy ?? null;
  const { policy: own, loosened } =
    said === null ? { policy: null, loosened: [] } : firstPolicy(said, authority);
  const id = randomUUID();
  if (!isPlain(name) && !(await stores.models.find(name))) assertVisible(name);
  await stores.models.claimName(name);
  const made = await stores.models.insert({
    id,
    name,
    description: more.description ?? '',
    tags: more.tags ?? {},
    policy: own,
    golden: null,
    callers: null,
    prices: null,
    environment: null,
    releaseSettings: null,
    primary: null,
    primaryHistory: [],
    retirement: null,
    salt: randomBytes(9).toString('base64url'),
    nextVersion: 1,
  });
  if (made) {
    if (own !== null) await assertSegmentsKnown(stores, { id, name }, own);
    await stores.models.lock(name);
    await stores.events.append({
      modelId: id,
      rolloutId: null,
      type: 'model.created',
      actor,
      data: { name, ...(own === null ? {} : { policyHash: policyHash(own), loosened }) },
    });
  }
  return made;
}

const isPlain = (name: string): boolean => invisibleIn(name) === null && isReadable(name);

/**
 * Those that have such a name from before keep it, and are found by it.
 * @throws DomainError `name_invisible` for a name that looks like another one
 */
export function assertVisible(name: string): void {
  if (isPlain(name)) return;
  const found = invisibleIn(name) ?? 'nothing else than blanks';
  throw new DomainError(
    'invalid',
    'name_invisible',
    `The name has a character that nobody can see (${found}), so it would look like another one. Leave it out.`,
    [{ pointer: '/name', detail: `holds ${found}, which nobody can see` }],
  );
}
