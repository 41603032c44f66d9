import { DomainError } from '#libs/kernel';
import type { ManifestPlace } from '#libs/engine';
import { readYaml } from '#libs/yaml';

const FETCH_MS = 10_000;
const LONGEST = 1024 * 1024;

/** Reads a document of at most so many bytes. */
export type FetchText = (url: string, token: string | undefined) => Promise<string>;

/**
 * The manifest that a delivery is about, and where in the delivery errors point.
 * @throws DomainError `manifest_missing`, `manifest_unreadable`
 */
export async function manifestOf(
  place: ManifestPlace,
  payload: unknown,
  fetchText: FetchText,
): Promise<{ manifest: unknown; pointer: string }> {
  if ('pointer' in place) {
    const found = atPointer(payload, place.pointer);
    if (found === undefined) throw missing(`${place.pointer} is missing in the delivery`);
    return {
      manifest: typeof found === 'string' ? parseManifestText(found) : found,
      pointer: place.pointer,
    };
  }
  if ('template' in place) return { manifest: fill(place.template, payload), pointer: '/template' };
  const url = String(fill(place.url, payload));
  const text = await fetchText(url, place.token).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    throw missing(`the manifest at ${url} cannot be read (${cause.message})`);
  });
  return { manifest: parseManifestText(text), pointer: '' };
}

/** Follows nothing, waits 10 s, and reads a megabyte. */
export function fetchText(fetch: typeof globalThis.fetch): FetchText {
  return async (url, token) => {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_MS),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > LONGEST) throw new Error(`it is longer than ${LONGEST} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  };
}

/** YAML or JSON; of a text for people, such as a release's, the block that begins with ```understudy. */
function parseManifestText(text: string): unknown {
  const manifest = blockOf(text) ?? text;
  try {
    return JSON.parse(manifest);
  } catch {
    // It is YAML, then.
  }
  try {
    return readYaml(manifest);
  } catch (error) {
    throw missing((error as Error).message.replace(/\.$/, ''));
  }
}

const BLOCK_BEGINS = /^```\s*(?:(?:yaml|yml|json)\s+)?understudy\s*$/;
const BLOCK_ENDS = /^```\s*$/;

/** The lines of the first block of a manifest; `null`: there is none that is closed. Each line is looked at once. */
function blockOf(text: string): string | null {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => BLOCK_BEGINS.test(line));
  const end = begin < 0 ? -1 : lines.findIndex((line, i) => i > begin && BLOCK_ENDS.test(line));
  return end < 0 ? null : lines.slice(begin + 1, end).join('\n');
}

/** Bounded: a pattern that could go on to the end of the text from every place would look at it a square of times. */
const PLACEHOLDER = /\{\{\s{0,20}(\/[^{}\s]{0,500})\s{0,20}\}\}/g;

/** Fills `{{/json/pointer}}`; what is nothing but one keeps its type. Throws when the payload has no such thing. */
function fill(template: unknown, payload: unknown): unknown {
  if (typeof template === 'string') {
    const at = (pointer: string): unknown => {
      const found = atPointer(payload, pointer);
      if (found === undefined || found === null) throw missing(`${pointer} is missing in the delivery`);
      return found;
    };
    const [whole] = template.matchAll(PLACEHOLDER);
    if (whole && whole[0] === template.trim()) return at(whole[1] ?? '');
    return template.replaceAll(PLACEHOLDER, (_all, pointer: string) => String(at(pointer)));
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, payload));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, payload)]));
}

/** RFC 6901, own keys only. */
function atPointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

const missing = (because: string): DomainError =>
  new DomainError('invalid', 'manifest_missing', `There is no version manifest: ${because}.`);
