import type { Json } from './api.ts';

/** A request with a model's name in it, and where the name stands. */
export interface NamedRequest {
  readonly where: string;
  readonly path: string;
  readonly query: string;
  readonly body: Json | null;
}

/** The name as clients may write it in a URL: plain, and with letters percent-encoded in either case. */
const spellings = (name: string): string[] => {
  const hex = (letter: string, upper: boolean): string => {
    const code = letter.charCodeAt(0).toString(16);
    return `%${upper ? code.toUpperCase() : code}`;
  };
  return [
    encodeURIComponent(name),
    hex(name[0] ?? '', false) + encodeURIComponent(name.slice(1)),
    [...name].map((letter) => hex(letter, true)).join(''),
  ];
};

/** The document with one place after the other changed from `own` to `foreign`. */
function* replaced(value: unknown, own: string, foreign: string, at = ''): Generator<[string, unknown]> {
  if (typeof value === 'string') {
    if (value.includes(own)) yield [at, value.replaceAll(own, foreign)];
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value) && key.includes(own)) {
      const { [key]: _left, ...rest } = value as Record<string, unknown>;
      yield [`${at}/(key) ${key}`, { ...rest, [key.replaceAll(own, foreign)]: item }];
    }
    for (const [where, changed] of replaced(item, own, foreign, `${at}/${key}`)) {
      const copy: unknown = Array.isArray(value)
        ? value.map((one: unknown, i) => (String(i) === key ? changed : one))
        : { ...value, [key]: changed };
      yield [where, copy];
    }
  }
}

/**
 * Every way to say a foreign model's name in a request that is sound but for that: in the path, in the query (once,
 * repeated, beside the own one), in every place of the body that holds the own one, as keys that the route may not know,
 * and differently in query and body.
 * @param sound path, query and body, about the own model
 * @param keys that a name may be given by in query and body, whether the route knows them or not
 */
export function requestsNaming(
  foreign: string,
  own: string,
  sound: Omit<NamedRequest, 'where'>,
  keys: readonly string[],
): NamedRequest[] {
  const { path, query, body } = sound;
  const named: NamedRequest[] = [];
  const add = (where: string, change: Partial<NamedRequest>): void =>
    void named.push({ ...sound, where, ...change });
  if (path.includes(encodeURIComponent(own)))
    for (const spelling of spellings(foreign))
      add(`path ${spelling}`, { path: path.replace(encodeURIComponent(own), spelling) });
  const [mine, theirs] = [encodeURIComponent(own), encodeURIComponent(foreign)];
  for (const key of keys) {
    const spelling = spellings(foreign)[1] ?? '';
    add(`query ${key}=${spelling}`, { query: `${without(query, key)}&${key}=${spelling}` });
    add(`query ${key} after own`, { query: `${without(query, key)}&${key}=${mine}&${key}=${theirs}` });
    add(`query ${key} before own`, { query: `${without(query, key)}&${key}=${theirs}&${key}=${mine}` });
    if (body === null) continue;
    add(`body ${key}`, { body: { ...body, [key]: foreign } });
    add(`body [${key}]`, { body: { ...body, [key]: [foreign] } });
    add(`query own, body ${key}`, { query: `${query}&${key}=${mine}`, body: { ...body, [key]: foreign } });
    const { [key]: _left, ...rest } = body;
    add(`query ${key} for body`, { query: `${query}&${key}=${theirs}`, body: rest });
  }
  for (const [where, changed] of replaced(body, own, foreign))
    add(`body ${where}`, { body: changed as Json });
  return named;
}

const without = (query: string, key: string): string =>
  query
    .split('&')
    .filter((part) => !part.startsWith(`${key}=`))
    .join('&');
