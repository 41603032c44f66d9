import type { Route } from '#libs/traffic';

/** What counting needs to know of a route. Requests that share the object are counted fastest. */
export type CountedRoute = Pick<Route, 'model' | 'revision' | 'rolloutId'> & {
  readonly reading: Pick<NonNullable<Route['reading']>, 'points' | 'requestIds'> | null;
};

/** Numbers and bins read from one request and its answer, on their way into evidence. */
export interface Observed {
  readonly measures: readonly (readonly [name: string, value: number])[];
  readonly histograms: readonly (readonly [name: string, bin: string])[];
}
