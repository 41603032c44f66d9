import type { Side } from './bet-grid.ts';

/** Constant rates of both arms and the candidate's share of the requests. */
export interface Traffic {
  readonly candidate: number;
  readonly primary: number;
  readonly share: number;
}

/**
 * The most that a bet on the difference of two rates can grow by, on average (natural logarithm a request), by one who knows both
 * rates beforehand: searched over the hypothesis' edge and the stake.
 */
export function oracleGrowth(traffic: Traffic, difference: number, side: Side): number {
  const { candidate, primary, share } = traffic;
  const ratio = share / (1 - share);
  const lowest = Math.max(0, difference);
  const highest = Math.min(1, 1 + difference);
  const grid = Array.from({ length: 80 }, (_, i) => lowest + (highest - lowest) * (i / 80) ** 3);
  const edges = [...grid, ...grid.map((p) => lowest + highest - p), candidate, primary + difference];
  let best = 0;
  for (const p of edges) {
    const q = p - difference;
    if (!(p > 0 && p < 1 && q > 0 && q < 1)) continue;
    const worst = side === 'above' ? Math.max(p, ratio * (1 - q)) : Math.max(1 - p, ratio * q);
    const growth = (stake: number): number => {
      const c = (side === 'above' ? stake : -stake) / worst;
      const d = -ratio * c;
      return (
        share * mean(candidate, Math.log1p(c * (1 - p)), Math.log1p(-c * p)) +
        (1 - share) * mean(primary, Math.log1p(d * (1 - q)), Math.log1p(-d * q))
      );
    };
    best = Math.max(best, largest(growth, 0, 1 - 1e-9));
  }
  return best;
}

const mean = (rate: number, bad: number, good: number): number =>
  (rate === 0 ? 0 : rate * bad) + (rate === 1 ? 0 : (1 - rate) * good);

/** Of a concave function, by thirds. */
function largest(f: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 80; i++) {
    const third = (to - from) / 3;
    if (f(from + third) < f(to - third)) from += third;
    else to -= third;
  }
  return f((from + to) / 2);
}
