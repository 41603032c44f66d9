import { isPlain, normalPath } from './request-path.ts';

const PREFIX = '/models/';

/** Where a request goes. */
export interface Place {
  readonly model: string;
  /** What the model's server is asked for, below its serving URL, with the query as it came. */
  readonly rest: string;
}

/**
 * `/models/{model}/<rest>`: the name decoded, the path of the rest without dot segments, its query untouched. What comes
 * before the rest is taken literally: a proxy in front that guards `/models/secret` must not be got around by `/./models`.
 * @returns `null` for another path; `refused`: why the path is ambiguous
 */
export function placeOf(url: string): Place | { readonly refused: string } | null {
  if (!url.startsWith(PREFIX)) return null;
  const hash = url.indexOf('#');
  const whole = hash < 0 ? url : url.slice(0, hash);
  const question = whole.indexOf('?', PREFIX.length);
  const path = question < 0 ? whole : whole.slice(0, question);
  const slash = path.indexOf('/', PREFIX.length);
  const end = slash < 0 ? path.length : slash;
  if (end === PREFIX.length) return null;
  const name = path.slice(PREFIX.length, end);
  // Nearly all requests: what holds of the whole path holds of its parts.
  if (slash >= 0 && isPlain(path)) return { model: name, rest: whole.slice(slash) };
  const alone = normalPath(`/${name}`);
  if ('refused' in alone) return alone;
  if (alone.path === '/') return { refused: "a dot segment in the place of a model's name" };
  const rest = slash < 0 ? { path: '/' } : normalPath(path.slice(slash));
  if ('refused' in rest) return rest;
  return { model: decode(name), rest: question < 0 ? rest.path : rest.path + whole.slice(question) };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
