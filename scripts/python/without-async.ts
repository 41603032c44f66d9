/** From the words of asyncio to those of threads. Longer ones first. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bAsyncGenerator\[([^\]]*), None\]/g, 'Generator[$1, None, None]'],
  [/\basync (def|with|for)\b/g, '$1'],
  [/\bawait /g, ''],
  [/\b(async|Async)(?=[A-Zc][a-z])/g, ''],
  [/\b__a(enter|exit|iter|next)__\b/g, '__$1__'],
  [/\baclose\b/g, 'close'],
  [/\baiter_(bytes|lines|text)\b/g, 'iter_$1'],
  [/\baread\b/g, 'read'],
  [/\bStopAsyncIteration\b/g, 'StopIteration'],
  [/\bhttpx\.Async(?=[A-Z])/g, 'httpx.'],
  [/\b_async\b/g, '_sync'],
];

/**
 * The same module for callers without an event loop. Pure.
 * @param text of a module in `_async`
 */
export function withoutAsync(text: string): string {
  const plain = WORDS.reduce((so, [from, to]) => so.replace(from, to), text);
  return `# Made by \`npm run client\` from \`_async\`: do not edit.\n${plain}`;
}
