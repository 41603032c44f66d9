import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Path } from './schema.ts';

/** A part of a text, from and to in letters. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Reads a text as far as it can be read. */
export const readDocument = (text: string): Document => parseDocument(text, { keepSourceTokens: true });

/** What the text says; `undefined` while it cannot be read. */
export function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) as unknown;
  } catch {
    return undefined;
  }
}

/** The parts of a JSON pointer (RFC 6901). Numbers are those of lists, as far as the document has lists there. */
export const pathOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/** Where the value of a path stands; of a path that is not there, the nearest key above it. */
export function placeOf(document: Document, path: Path): Place {
  let [node, best]: [unknown, Place] = [document.contents, firstOf(document)];
  for (const [i, part] of path.entries()) {
    const isLast = i === path.length - 1;
    if (isSeq(node)) {
      node = node.items[Number(part)];
      const range = rangeOf(node);
      // Of a whole map in a list its first line says enough.
      if (range) best = isMap(node) ? (rangeOf((node.items[0] as Pair | undefined)?.key) ?? range) : range;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return best;
      best = (isLast && isScalar(pair.value) ? rangeOf(pair.value) : null) ?? rangeOf(pair.key) ?? best;
      node = pair.value;
    } else return best;
  }
  return best;
}

const firstOf = ({ contents }: Document): Place =>
  (isMap(contents) ? rangeOf(contents.items[0]?.key) : null) ?? { from: 0, to: 0 };

function rangeOf(node: unknown): Place | null {
  const range = (node as Node | null | undefined)?.range;
  if (!range) return null;
  const [from, to] = range;
  return to > from ? { from, to } : null;
}

/** The path that stands at a letter of the text, and whether it is a key's name. */
export function pathAt(
  document: Document,
  offset: number,
): { readonly path: Path; readonly isKey: boolean } | null {
  let found: { path: Path; isKey: boolean; size: number } | null = null;
  visit(document, {
    Scalar(key, node, ancestors) {
      const range = rangeOf(node);
      if (range === null || offset < range.from || offset > range.to) return;
      const path = pathOfNode(node, key, ancestors as readonly unknown[]);
      found = { path, isKey: key === 'key', size: range.to - range.from };
    },
  });
  return found;
}

/** The way from the top to a node, by what it is in. */
export function pathOfNode(node: unknown, key: unknown, ancestors: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  const chain = [...ancestors, node];
  for (const [i, one] of chain.entries()) {
    const next = chain[i + 1];
    if (isPair(one) && isScalar(one.key)) path.push(String(one.key.value));
    else if (isSeq(one) && next !== undefined) path.push(one.items.indexOf(next));
  }
  return path;
}
