import {
  nameOf,
  OTHER,
  parseJsonPath,
  readJsonPath,
  type Payload,
  type Route,
  SegmentSlots,
} from '#libs/traffic';

/** The segments of one request, as `<gate>=<value>`; empty for most models. */
export function segmentsOf(
  route: Route,
  request: { header(name: string): string | undefined },
  body: Payload | null,
): readonly string[] {
  const wanted = route.rolloutId === null ? [] : (route.reading?.segments ?? []);
  if (wanted.length === 0) return [];
  const parsed = wanted.some((s) => s.path !== null) && body ? body.value : undefined;
  return wanted.map(({ gate, header, path }) => {
    const value =
      header !== null ? request.header(header) : readJsonPath(parsed, parseJsonPath(path ?? '$') ?? []);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const name = first === '' ? null : nameOf(first);
    return `${gate}=${name ?? '(none)'}`;
  });
}

/** Keeps the number of segments bounded: the most frequent values of each gate, the rest is `(other)`. */
export class KnownSegments {
  private readonly known = new Map<string, SegmentSlots>();

  bounded(route: Route, segments: readonly string[]): readonly string[] {
    return segments.map((segment, i) => {
      const rule = route.reading?.segments[i];
      if (!rule) return segment;
      const other = `${rule.gate}=${OTHER}`;
      if (segment === other) return other;
      const key = `${route.rolloutId} ${rule.gate}`;
      let slots = this.known.get(key);
      if (!slots) this.known.set(key, (slots = new SegmentSlots(rule.most)));
      return slots.take(segment) ? segment : other;
    });
  }

  /** Forgets rollouts that no route names any more. */
  keep(rolloutIds: ReadonlySet<string>): void {
    for (const key of this.known.keys()) if (!rolloutIds.has(key.split(' ')[0] ?? '')) this.known.delete(key);
  }
}
