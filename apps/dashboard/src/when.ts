const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** An instant with its day, in the browser's zone: `29 Nov 2026, 14:05`. */
export const whenText = (iso: string): string => TIME.format(new Date(iso));

/** How long something took, by its largest unit: `3 days`, `2 h`, `4 min`, `12 s`. */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
