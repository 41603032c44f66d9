type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim of a name, which may lead inwards (`realm_access.roles`), at names that have dots themselves
 * (`resource_access.my.app.roles`, `https://acme.example/roles`): the longest name that is there counts.
 */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const key = name.slice(0, dot);
    const inner = Object.hasOwn(claims, key) ? claims[key] : undefined;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const found = claimOf(inner as Claims, name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Groups of a claim: a list; one text; a text that is a JSON list; or a text with commas that is no LDAP name. */
export function groupsIn(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((group) => typeof group === 'string');
  if (typeof claim !== 'string') return [];
  const text = claim.trim();
  if (text.startsWith('['))
    try {
      return groupsIn(JSON.parse(text) as unknown);
    } catch {
      // a name that begins so
    }
  if (text === '' || text.includes('=')) return text === '' ? [] : [text];
  return [...new Set([text, ...text.split(',').map((part) => part.trim())])].filter(Boolean);
}

/**
 * Whether a provider has left a claim out since it would be too long (OpenID Connect Core 5.6.2; Entra ID does so for more
 * than 200 groups): who it is about may be in any group.
 */
export function isLeftOut(claims: Claims, name: string): boolean {
  const elsewhere = claims['_claim_names'];
  const first = name.split('.')[0] ?? '';
  return (
    claims['hasgroups'] === true ||
    claims['hasgroups'] === 'true' ||
    (typeof elsewhere === 'object' &&
      elsewhere !== null &&
      (Object.hasOwn(elsewhere, name) || Object.hasOwn(elsewhere, first)))
  );
}
