import type { z } from 'zod';

/** A variable of CI, as the ways in write them: `${GITHUB_SHA}`. */
const VARIABLE = /\$\{[^{}\s]*\}?/;
/** Markdown, commands in it, and titles of commits: what stands there is for readers. */
const FOR_READERS = new Set(['card', 'description', 'tags']);

/**
 * A manifest is read as it was sent: nobody here knows the variables of a CI job. One that still holds `${…}` was sent by something that fills in nothing, and
 * would be registered with an address that nobody serves at.
 */
export function refuseLeftToFill(value: unknown, context: z.RefinementCtx): void {
  const left: { readonly at: readonly (string | number)[]; readonly value: unknown }[] = [{ at: [], value }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { at, value: one } = next;
    if (typeof one === 'string') {
      const found = VARIABLE.exec(one)?.[0];
      if (found !== undefined)
        context.addIssue({
          code: 'custom',
          path: [...at],
          message: `${found} was not filled in. understudy register, the action and examples/ci/release.sh fill in variables of their environment; whatever else sends it must do so before`,
        });
    } else if (typeof one === 'object' && one !== null)
      for (const [key, within] of Object.entries(one))
        if (!FOR_READERS.has(key))
          left.push({ at: [...at, Array.isArray(one) ? Number(key) : key], value: within });
  }
}
