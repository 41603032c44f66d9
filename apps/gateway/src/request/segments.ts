import { holdsCredential } from '#libs/kernel';
import {
  type Comparison,
  nameOf,
  OTHER,
  parseJsonPath,
  readJsonPath,
  type Payload,
  type Reading,
  type Route,
  type RowCounts,
  SegmentSlots,
} from '#libs/traffic';

type Rule = Reading['segments'][number];
const NO_RULES: readonly Rule[] = [];

/** The segments of a route's gates that are known when the request comes; those of outputs come with a comparison. */
const ofRequests = (route: Route): readonly Rule[] => {
  const rules = route.reading?.segments ?? NO_RULES;
  return rules.some(({ output }) => output !== undefined)
    ? rules.filter(({ output }) => output === undefined)
    : rules;
};

/** In place of a value that lets somebody in: segments are named in evidence, reasons and events. */
const HIDDEN = '(hidden)';

/** The segments of one request, as `<gate>=<value>`; empty for most models. */
export function segmentsOf(
  route: Route,
  request: { header(name: string): string | undefined },
  body: Payload | null,
): readonly string[] {
  const wanted = route.rolloutId === null ? NO_RULES : ofRequests(route);
  if (wanted.length === 0) return [];
  const parsed = wanted.some((s) => s.path !== null) && body ? body.value : undefined;
  return wanted.map(({ gate, header, path }) => {
    const value =
      header !== null ? request.header(header) : readJsonPath(parsed, parseJsonPath(path ?? '$') ?? []);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const name = first === '' ? null : nameOf(first);
    const shown = name !== null && holdsCredential(header ?? path ?? '') ? HIDDEN : name;
    return `${gate}=${shown ?? '(none)'}`;
  });
}

/** What a comparison says of one class's segment. */
export interface ClassSegment {
  readonly segment: string;
  readonly outcome: 'agree' | 'disagree';
  readonly rows?: RowCounts;
}

/** A request counts once in each segment; where several of its classes share one, all of them must agree, and their rows add up. */
function bySegment(all: readonly ClassSegment[]): readonly ClassSegment[] {
  const found = new Map<string, ClassSegment>();
  for (const one of all) {
    const before = found.get(one.segment);
    found.set(one.segment, before ? together(before, one) : one);
  }
  return [...found.values()];
}

function together(one: ClassSegment, other: ClassSegment): ClassSegment {
  const [a, b] = [one.rows, other.rows];
  return {
    ...(one.outcome === 'disagree' ? one : other),
    ...(a && b && { rows: { compared: a.compared + b.compared, agreed: a.agreed + b.agreed } }),
  };
}

/** Keeps the number of segments bounded: the most frequent values of each gate, the rest is `(other)`. */
export class KnownSegments {
  private readonly known = new Map<string, SegmentSlots>();

  bounded(route: Route, segments: readonly string[]): readonly string[] {
    const rules = ofRequests(route);
    return segments.map((segment, i) => {
      const rule = rules[i];
      return rule ? this.take(route, rule, segment) : segment;
    });
  }

  /** How the two arms agree on each class that the primary's answer names, for the gates that ask for it. */
  classes(route: Route, { classes = [] }: Comparison): readonly ClassSegment[] {
    const rules = (route.reading?.segments ?? NO_RULES).filter(({ output }) => output === 'label');
    return rules.flatMap((rule) =>
      bySegment(
        classes.map(({ label, ...compared }) => ({
          segment: this.take(route, rule, `${rule.gate}=${nameOf(label) ?? '(none)'}`),
          ...compared,
        })),
      ),
    );
  }

  private take(route: Route, rule: Rule, segment: string): string {
    const other = `${rule.gate}=${OTHER}`;
    if (segment === other) return other;
    const key = `${route.rolloutId} ${rule.gate}`;
    let slots = this.known.get(key);
    if (!slots) this.known.set(key, (slots = new SegmentSlots(rule.most)));
    return slots.take(segment) ? segment : other;
  }

  /** Forgets rollouts that no route names any more. */
  keep(rolloutIds: ReadonlySet<string>): void {
    for (const key of this.known.keys()) if (!rolloutIds.has(key.split(' ')[0] ?? '')) this.known.delete(key);
  }
}
