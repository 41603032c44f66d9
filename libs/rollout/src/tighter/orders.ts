import { formatDuration } from '#libs/kernel';

/** One way in which a release's policy is looser than the model's. */
export interface Looser {
  /** Where in the release's policy: a JSON pointer (RFC 6901) into its document. */
  readonly field: string;
  /** What the release's policy says there, in the document's words. */
  readonly release: string;
  /** What the model's policy says. */
  readonly model: string;
  /** What to write instead. */
  readonly todo: string;
}

/** Compares one value of two policies. An empty list: the release's is at least as strict. */
export type Compare<V> = (release: V, model: V, field: string) => readonly Looser[];

/**
 * How each field of `T` is ordered. Every key must be there: a field that is added to `T` without a
 * decision about its order is a type error.
 */
export type Orders<T> = { readonly [K in keyof T]-?: Compare<T[K]> };

export type Show<V> = (value: V) => string;
/** A duration as a document has it; `null`: none. */
export const time = (ms: number | null): string =>
  ms === null ? 'none' : ms === 0 ? '0s' : formatDuration(ms);

const plain = (value: unknown): string => (value === null || value === undefined ? 'none' : String(value));

const looser = <V>(
  field: string,
  [release, model]: readonly [V, V],
  show: Show<V>,
  todo: string,
): Looser => ({
  ...{ field, todo },
  release: show(release),
  model: show(model),
});

/** Anything goes: the field says nothing about how hard the way is. */
export const free: Compare<unknown> = () => [];

/** The values of a policy that have no order: only the model's own will do. */
export function same<V>(show: Show<V> = plain): Compare<V> {
  return (release, model, field) =>
    canonical(release) === canonical(model)
      ? []
      : [looser(field, [release, model], show, `write ${show(model)}`)];
}

/** A number of which more is stricter. @param absent what a missing number (`null`, left out) counts as */
export function atLeast<V extends number | null | undefined>(show: Show<V> = plain, absent = -Infinity) {
  return numeric<V>((release, model) => release >= model, 'at least', show, absent);
}

/** A number of which less is stricter. @param absent what a missing number (`null`, left out) counts as */
export function atMost<V extends number | null | undefined>(show: Show<V> = plain, absent = Infinity) {
  return numeric<V>((release, model) => release <= model, 'at most', show, absent);
}

function numeric<V extends number | null | undefined>(
  holds: (release: number, model: number) => boolean,
  words: string,
  show: Show<V>,
  absent: number,
): Compare<V> {
  return (release, model, field) =>
    holds(release ?? absent, model ?? absent)
      ? []
      : [looser(field, [release, model], show, `write ${words} ${show(model)}`)];
}

/** One of some words. @param strictest from the strictest to the loosest */
export function oneOf<V extends string | boolean>(...strictest: readonly V[]): Compare<V> {
  return (release, model, field) => {
    const at = strictest.indexOf(model);
    return strictest.indexOf(release) <= at
      ? []
      : [looser(field, [release, model], plain, `write ${strictest.slice(0, at + 1).join(' or ')}`)];
  };
}

/** A list that must hold all that the model's holds. */
export const superset: Compare<readonly string[]> = (release, model, field) => {
  const missing = model.filter((one) => !release.includes(one));
  if (missing.length === 0) return [];
  const show = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(', '));
  return [looser(field, [release, model], show, `add ${missing.join(', ')}`)];
};

/** An object, field by field. @param names where a field has another name in the document */
export function fields<T extends object>(
  orders: Orders<T>,
  names: Readonly<Record<string, string>> = {},
): Compare<T> {
  return (release, model, at) =>
    (Object.keys(orders) as (keyof T & string)[]).flatMap((key) =>
      orders[key](release[key], model[key], `${at}/${escape(names[key] ?? key)}`),
    );
}

/** Key by key: what the model's has, the release's must have at least as strictly; it may have more. */
export function entries<V>(compare: Compare<V>, show: Show<V>): Compare<Readonly<Record<string, V>>> {
  return (release, model, at) =>
    Object.entries(model).flatMap(([key, value]) => {
      const field = `${at}/${escape(key)}`;
      const own = Object.hasOwn(release, key) ? release[key] : undefined;
      if (own !== undefined) return compare(own, value, field);
      return [{ field, release: 'none', model: show(value), todo: `add ${key}: ${show(value)}` }];
    });
}

/** A JSON pointer's token. */
export const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'undefined';
