/** A share for people: `1.2%`, `0.04%`. */
export const percent = (x: number): string => `${(100 * x).toFixed(x !== 0 && Math.abs(x) < 0.01 ? 2 : 1)}%`;

/** A number for people: four significant digits. */
export const short = (x: number): string =>
  Number.isInteger(x) && Math.abs(x) < 1e6 ? String(x) : String(Number(x.toPrecision(4)));
