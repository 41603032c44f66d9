import { diffWords } from 'diff';

/** Longer texts take a browser too long to compare. */
const MOST_LETTERS = 4_000;

/** Of two texts what only one of them says; Nothing of single words, and of what is too long to compare. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  if (!/\s/.test(before + after) || before.length + after.length > MOST_LETTERS) return null;
  return (
    <p className="text-diff">
      {diffWords(before, after).map(({ value, added, removed }, i) =>
        added ? (
          <ins key={i}>{value}</ins>
        ) : removed ? (
          <del key={i}>{value}</del>
        ) : (
          <span key={i}>{value}</span>
        ),
      )}
    </p>
  );
}
