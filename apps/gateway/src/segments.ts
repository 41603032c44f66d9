import { nameOf, OTHER, parseAnswer, parseJsonPath, readJsonPath, type Route } from '#libs/traffic';

/** Longer values are cut: a segment is a short name, not a document. */
const LONGEST_VALUE = 100;

/** The segments of one request, as `<gate>=<value>`; empty for most models. */
export function segmentsOf(
  route: Route,
  request: { header(name: string): string | undefined },
  body: Buffer | null,
): readonly string[] {
  const wanted = route.rolloutId === null ? [] : (route.reading?.segments ?? []);
  if (wanted.length === 0) return [];
  const parsed = wanted.some((s) => s.path !== null) && body ? parseAnswer(body.toString('utf8')) : undefined;
  return wanted.map(({ gate, header, path }) => {
    const value =
      header !== null ? request.header(header) : readJsonPath(parsed, parseJsonPath(path ?? '$') ?? []);
    const name = nameOf(Array.isArray(value) ? value[0] : value);
    return `${gate}=${name === null || name === '' ? '(none)' : name.slice(0, LONGEST_VALUE)}`;
  });
}

/** Keeps the number of segments bounded: the first so many of each gate, the rest is `(other)`. */
export class KnownSegments {
  private readonly known = new Map<string, Set<string>>();

  bounded(route: Route, segments: readonly string[]): readonly string[] {
    return segments.map((segment, i) => {
      const rule = route.reading?.segments[i];
      if (!rule) return segment;
      const key = `${route.rolloutId} ${rule.gate}`;
      let seen = this.known.get(key);
      if (!seen) this.known.set(key, (seen = new Set()));
      if (seen.has(segment)) return segment;
      if (seen.size >= rule.most) return `${rule.gate}=${OTHER}`;
      seen.add(segment);
      return segment;
    });
  }

  /** Forgets rollouts that no route names any more. */
  keep(rolloutIds: ReadonlySet<string>): void {
    for (const key of this.known.keys()) if (!rolloutIds.has(key.split(' ')[0] ?? '')) this.known.delete(key);
  }
}
