/** Does an answer name a time after which to try again? @param headers names and values in turn */
export const hasRetryAfter = (headers: readonly string[]): boolean =>
  headers.some((name, i) => i % 2 === 0 && name.length === 11 && name.toLowerCase() === 'retry-after');
