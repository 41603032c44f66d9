import { DEFAULT_METHODS, OTHERS, PREDICTIONS, type PredictionRules } from '#libs/traffic';

/** Which requests of a model are predictions, for a reader that tries one rule after the other and takes the first that fits. */
export interface PathRule {
  /** A regular expression (RE2) of the whole path, without the query. */
  readonly path: string;
  readonly isPrediction: boolean;
}

/** As `isPrediction` has it. @param prefix `/models/{model}` */
export function predictionPaths(prefix: string, { paths }: PredictionRules = {}): readonly PathRule[] {
  const start = escaped(prefix);
  if (paths !== undefined)
    return paths.map((pattern) => ({ path: `${start}${patternSource(pattern)}/?`, isPrediction: true }));
  return [
    { path: `${start}${endingIn(PREDICTIONS)}/?`, isPrediction: true },
    { path: `${start}${endingIn(OTHERS)}/?`, isPrediction: false },
    { path: `${start}(?:/.*)?`, isPrediction: true },
  ];
}

export const predictionMethods = ({ methods }: PredictionRules = {}): readonly string[] =>
  methods ?? DEFAULT_METHODS;

/** A path below the prefix, which ends before a slash: `/models/a` is no beginning of `/models/ab`. */
function endingIn(all: readonly RegExp[]): string {
  const sources = all.map(({ source }) => endSource(source));
  const [after, within] = [true, false].map((slash) =>
    sources.filter((source) => source.startsWith('\\/') === slash),
  );
  const either = (some: readonly string[] = []): string => `(?:${some.join('|')})`;
  return within?.length ? `(?:(?:/.*)?${either(after)}|/.*${either(within)})` : `(?:/.*)?${either(after)}`;
}

/** A path begins with a slash, so "at the beginning or after a slash" is after a slash. */
const endSource = (source: string): string => source.replaceAll('(^|\\/)', '\\/').replace(/\$$/, '');

/** The pattern of `matchesPath` as a regular expression: `*` within a segment, `**` for any number of them. */
const patternSource = (pattern: string): string =>
  pattern
    .split('/')
    .map((segment, i) => {
      if (segment === '**') return '(?:/[^/]*)*';
      const source = segment.split('*').map(escaped).join('[^/]*');
      return i === 0 ? source : `/${source}`;
    })
    .join('');

/** A text that stands for itself. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
