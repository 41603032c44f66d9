import { DomainError, isReadable } from '#libs/kernel';

/** Whoever is behind an actor: everything that names them, and whether that is a person at all. */
export interface Principal {
  /** In their canonical spelling; two principals that share one may be the same. */
  readonly handles: readonly string[];
  /** A token without an owner, a CI source and the engine name nobody. */
  readonly isPerson: boolean;
}

/** Actors that are no people: what acts for them is known, who they are is not. */
const NOBODY = /^(token|ci|webhook|gateway):|^(engine|nobody)$/;
const TOKEN = '/token:';
const PERSON = 'user:';

/**
 * The canonical spelling of a name or an address: compatibility forms, letter case, and what is not seen
 * (spaces around it, zero-width and control characters) make no difference. Unicode TR 36, NFKC.
 */
export function canonical(text: string): string {
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The principal of an actor as it is on the record: `user:<name>`, `user:<owner>/token:<name>`, `token:<name>`, … Pure. */
export function principalOf(actor: string): Principal {
  if (NOBODY.test(actor)) return { handles: [actor], isPerson: false };
  return { handles: handlesOf(nameIn(actor)), isPerson: true };
}

/** Adds what else names them. */
export function withHandles({ handles, isPerson }: Principal, more: readonly string[]): Principal {
  return { handles: [...new Set([...handles, ...more.flatMap(handlesOf)])], isPerson };
}

/**
 * May the two be one person? They may when they share a handle, and when one is called by a name that the
 * other's address begins with: `anna` may be `anna@acme.example`. In doubt they are one: then somebody else
 * must approve. `anna@a.example` and `anna@b.example` are two.
 */
export function isSamePerson(a: Principal, b: Principal): boolean {
  return a.handles.some((one) => b.handles.some((other) => isSame(one, other)));
}

/** Each person's word once, in the order in which they gave it. */
export function distinctPeople(actors: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const actor of actors)
    if (!kept.some((one) => isSamePerson(principalOf(one), principalOf(actor)))) kept.push(actor);
  return kept;
}

/**
 * A token's owner as it is stored: `user:<canonical name>`.
 * @throws DomainError `owner_invalid` when nothing is left of the name
 */
export function ownerOf(text: string): string {
  const name = canonical(nameIn(text));
  if (name !== '' && isReadable(name)) return `${PERSON}${name}`;
  throw new DomainError(
    'invalid',
    'owner_invalid',
    'The owner has no letter that could be seen. Write a name or an e-mail address, or leave it out.',
    [{ pointer: '/owner', detail: 'no name' }],
  );
}

/** The person behind an actor as an owner of tokens; `null`: it is no person. */
export function ownerFrom(actor: string): string | null {
  return actor.startsWith(PERSON) ? ownerOf(actor) : null;
}

/** The name and owner of the token that an actor used; `null`: none. */
export function tokenIn(actor: string): { readonly name: string; readonly owner: string | null } | null {
  const at = actor.indexOf(TOKEN);
  if (actor.startsWith(PERSON) && at !== -1)
    return { name: actor.slice(at + TOKEN.length), owner: actor.slice(0, at) };
  return actor.startsWith(TOKEN.slice(1)) ? { name: actor.slice(TOKEN.length - 1), owner: null } : null;
}

/** Keys of a version's source that name people. */
const PEOPLE =
  /^(author|committer|actor|sender|user|pusher|(triggered|requested|registered)_?by)([_.-]?(name|e?mail|login))?$/i;

/** Whom a version's source names: those who have written, started or sent it. */
export function peopleIn(source: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(source).flatMap(([key, value]) => (PEOPLE.test(key) ? partsOf(value) : []));
}

/** Git writes `Name <address>`. */
function partsOf(text: string): readonly string[] {
  const [, name = text, address = ''] = /^([^<]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  return [name, address].map((part) => part.trim()).filter((part) => part !== '');
}

const nameIn = (actor: string): string =>
  (actor.startsWith(PERSON) ? actor.slice(PERSON.length) : actor).split(TOKEN)[0] ?? actor;

/** A name's canonical spelling; of an address also without its `+tag`, and GitHub's own address as the login in it. */
function handlesOf(text: string): readonly string[] {
  const handle = canonical(text);
  const address = /^([^@]+)@([^@]+)$/.exec(handle);
  if (!address) return handle === '' ? [] : [handle];
  const [, local = '', domain = ''] = address;
  const login = domain === 'users.noreply.github.com' ? [local.replace(/^\d+\+/, '')] : [];
  const untagged = login.length > 0 ? [] : [`${local.replace(/\+.*$/, '')}@${domain}`];
  return [...new Set([handle, ...login, ...untagged])];
}

function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [name, address] = one.includes('@') ? [other, one] : [one, other];
  return !name.includes('@') && name !== '' && address.startsWith(`${name}@`);
}
