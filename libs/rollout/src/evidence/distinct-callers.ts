import { distinctUnits, type Tally } from '#libs/stats';

/** Distinct units of an arm. Gateways of before say nothing of units: there each request counts as one. */
export const unitsOf = ({ requests, units }: Tally): number =>
  units === undefined ? requests : Math.min(requests, distinctUnits(units));
