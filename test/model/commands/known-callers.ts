import { type Ring, type CallerSegment, isInSegment, unitName } from '#libs/traffic';
import type { CallerSegments } from '#libs/engine';

/** Somebody who calls the models of the suite: who they are, and what they say in `x-team`. */
export interface Caller {
  readonly unit: string;
  readonly team: string;
}

const TEAMS = ['pilots', 'beta', ''];
/** The same ones in each run; one has a long session cookie, one a name beyond ASCII. */
export const CALLERS: readonly Caller[] = [...Array(24).keys()].map((i) => ({
  unit: i === 7 ? 'cookie-'.repeat(160) : i === 8 ? 'zoë' : `u${i}`,
  team: TEAMS[i % TEAMS.length] ?? '',
}));

/** Who is in the segments that policy 4 names: another part of the callers for each `n`. */
export const segmentsBy = (n: number): CallerSegments =>
  new Map<string, CallerSegment>([
    [
      'staff',
      { from: 'units', units: CALLERS.filter((_caller, i) => (i + n) % 4 < 2).map(({ unit }) => unit) },
    ],
    [
      'pilots',
      {
        ...{ from: 'header', name: 'x-team' },
        values: [['pilots'], ['pilots', 'beta'], ['beta']][n % 3] ?? [],
      },
    ],
  ]);

/** Who belongs to a segment, as a person would say it. */
export const belongs = ({ unit, team }: Caller, segment: CallerSegment): boolean =>
  segment.from === 'units' ? segment.units.includes(unit) : segment.values.includes(team);

/** As a gateway finds it out from the request. */
export const isInRing =
  ({ unit, team }: Caller) =>
  ({ rule }: Ring): boolean =>
    isInSegment(rule, {
      unit: unitName(unit),
      header: (name) => (name === 'x-team' && team !== '' ? team : undefined),
      json: () => undefined,
    });
