import type { Answered } from './confusion.ts';
import { answersApart } from './answers-apart.ts';

/** A golden request as `PUT /models/{model}/golden` takes it. */
interface Golden {
  readonly name: string;
  readonly method: 'POST';
  readonly path: string;
  readonly body: unknown;
  readonly expect: readonly { readonly path: string; readonly equals: unknown }[];
}

/** As model servers are often called; a sample does not say where its request went. */
export const USUAL_PATH = '/predict';

/**
 * A disagreement as a golden request: what every later version must answer as the primary did, in the place where the two differ first.
 * @returns `null` where the request is no JSON: golden requests are
 */
export function goldenOf({
  requestId,
  request,
  primary,
  candidate,
}: Answered & { readonly request: string }): Golden | null {
  const [body, answer] = [jsonOf(request), jsonOf(primary.body)];
  if (body === undefined) return null;
  const [first] = answersApart(primary.body, candidate.body);
  const parts = first === undefined || answer === undefined ? null : partsOf(first.path);
  const equals = parts?.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    answer,
  );
  const expect = parts === null || equals === undefined ? [] : [{ path: pathOf(first?.path ?? ''), equals }];
  return { name: `disagreement ${requestId}`, method: 'POST', path: USUAL_PATH, body, expect };
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** `outputs[0].label` */
const partsOf = (path: string): readonly string[] => path.split(/[.[\]]+/).filter((part) => part !== '');
const pathOf = (path: string): string =>
  path === '' ? '$' : path.startsWith('[') ? `$${path}` : `$.${path}`;
