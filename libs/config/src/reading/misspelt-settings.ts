/** Read by the command line and the Python client, and by no process of ours. */
const OF_CLIENTS: ReadonlySet<string> = new Set(['UNDERSTUDY_URL', 'UNDERSTUDY_CONFIG']);
/** Other programs have names of their own that begin like these. */
const OTHERS = /^(OTEL|MLFLOW|KUBERNETES)_/;
/** What Kubernetes sets in every pod for a service, such as one of the name `understudy-api`. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/;
/** Shorter names are near to too many others. */
const LEAST_LENGTH = 8;
/** Letters that are wrong, missing, too many, or (two) changed places. */
const MOST_SLIPS = 2;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A sentence for each variable that looks like a setting of ours and is none: it is ignored, and its owner thinks that it holds. Any that begins
 * with `UNDERSTUDY_`; of others those that a slip or two make of a setting that is not set. Pure.
 * @param known names of all settings
 */
export function misspeltSettings(set: Environment, known: readonly string[]): readonly string[] {
  const names = Object.keys(set).filter((name) => !known.includes(name) && !OF_CLIENTS.has(name));
  return names.sort().flatMap((name) => {
    if (SERVICE_LINK.test(name)) return [];
    const nearest = nearestOf(name, known);
    const isOurs = name.startsWith('UNDERSTUDY_');
    const isSlip = nearest !== null && set[nearest] === undefined;
    if (!isOurs && (!isSlip || OTHERS.test(name) || name.length < LEAST_LENGTH)) return [];
    const instead = nearest === null ? 'docs/guides/settings.md lists them' : `did you mean ${nearest}?`;
    return [`the variable ${name} is no setting, and is ignored: ${instead}`];
  });
}

/** @returns `null`: none is near */
function nearestOf(name: string, known: readonly string[]): string | null {
  const [best] = known
    .filter((one) => one.length >= LEAST_LENGTH)
    .map((one) => ({ one, slips: slipsBetween(name, one) }))
    .filter(({ slips }) => slips <= MOST_SLIPS)
    .sort((a, b) => a.slips - b.slips);
  return best?.one ?? null;
}

/** The distance of Damerau and Levenshtein, in its restricted form (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_SLIPS) return Infinity;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      const wrong = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(i - 1, j) + 1, (row[j - 1] ?? Infinity) + 1, wrong, swap));
    }
  }
  return at(a.length, b.length);
}
