const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A time as people say it: two units at most. @param ms 0 or more */
function timeWords(ms: number): string {
  const at = UNITS.findIndex(([unit]) => ms >= unit);
  const [unit, name] = UNITS[at] ?? [1_000, 's'];
  const next = UNITS[at + 1];
  const whole = Math.floor(ms / unit);
  const rest = next === undefined || whole >= 10 ? 0 : Math.round((ms - whole * unit) / next[0]);
  if (at === -1) return ms > 0 ? 'a moment' : '0 s';
  return rest === 0 || next === undefined ? `${whole} ${name}` : `${whole} ${name} ${rest} ${next[1]}`;
}

/** From the least to the most; `null`: nobody knows how long. */
export function rangeWords(leastMs: number, mostMs: number | null): string {
  if (mostMs === null) return leastMs > 0 ? `${timeWords(leastMs)} or longer` : 'as long as it takes';
  if (leastMs >= mostMs) return timeWords(mostMs);
  return leastMs === 0 ? `up to ${timeWords(mostMs)}` : `${timeWords(leastMs)} to ${timeWords(mostMs)}`;
}
