import { StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { DomainError, invisibleIn, isReadable, parseTimestamp, toPointer } from '#libs/kernel';
import { leafIssues } from './leaf-issues.ts';

/**
 * Nest's pipe drops keys named `constructor` and `prototype`, silently; a tag or a feature may have
 * such a name. What would be dangerous about them (`__proto__`, `constructor.prototype`) is refused
 * before: by the JSON parser and by StorableTextGuard.
 */
class KeepingValidationPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {
    // kept
  }
}

/** Checks every parameter that names a schema, and says where each mistake is. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new KeepingValidationPipe({
    exceptionFactory: (issues) =>
      new DomainError(
        'invalid',
        'request_invalid',
        'The request has mistakes; see errors.',
        leafIssues(issues).map(({ path, message }) => ({ pointer: toPointer(path), detail: message })),
      ),
  });
}

/** What `/models/{model}/…` and `models:/name/3` could not hold, and what nobody could see. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const NOT_IN_A_NAME = /[/:\0-\x1f\x7f]/;
export const MODEL_NAME_PROBLEM =
  "A name is 1 to 256 characters, none of them '/', ':' or a control character; it neither starts nor ends with a blank, and is not '.' or '..'.";
export const modelNameIsValid = (name: string): boolean =>
  name.length >= 1 &&
  name.length <= 256 &&
  !NOT_IN_A_NAME.test(name) &&
  name.trim() === name &&
  name !== '.' &&
  name !== '..';

/** A model's name: it is part of URLs. */
export const modelName = z.string().refine(modelNameIsValid, MODEL_NAME_PROBLEM);
const UNREADABLE = 'it says nothing that a person can read';
/** What people are shown, and must find something in. */
export const readableText = (most: number) => z.string().min(1).max(most).refine(isReadable, UNREADABLE);
/** A new name that people tell things apart by. (A model's: `ensureModel`, whichever way it comes in.) */
export const shownName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => invisibleIn(name) === null, 'it holds a character that nobody can see; leave it out')
  .refine(isReadable, UNREADABLE);
export const versionNumber = z.coerce
  .number({ error: 'not a number' })
  .pipe(z.int().min(1).max(1_000_000_000));
export const tags = z.record(z.string().min(1).max(250), z.string().max(5_000));
/** Changes of tags: a text sets one, `null` removes it. */
export const tagEdits = z.record(z.string().min(1).max(250), z.string().max(5_000).nullable());
/** Names of models, or prefixes that end with `*`. */
export const modelPatterns = z.array(z.string().min(1).max(257)).min(1).max(100);
export const reason = z.string().max(2_000);
/** A reason that must be given. @param unsaid what to do about one that is not */
export const requiredReason = (unsaid = 'say why; it is kept with the event') =>
  reason.min(1, unsaid).refine((text) => text === '' || isReadable(text), unsaid);

/** For clients that look by themselves right before they send a command. */
export const unlessRepeated = z
  .boolean()
  .default(false)
  .describe(
    'The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago',
  );

/** A release's start, to the second and with its zone; `null`: now. */
export const startAt = z
  .string()
  .max(40)
  .transform((text, context) => {
    const at = parseTimestamp(text);
    if (at === null)
      context.addIssue({
        code: 'custom',
        message: 'a time with its zone, as RFC 3339 writes it: 2026-12-01T08:00:00+01:00',
      });
    return at ?? 0;
  })
  .nullable()
  .optional()
  .meta({ format: 'date-time' })
  .describe(
    'Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now',
  );

export const modelParams = z.object({ model: modelName });
export const versionParams = z.object({ model: modelName, version: versionNumber });
export const rolloutParams = z.object({ id: z.uuid('not the id of a rollout') });
export const pageQuery = z.object({
  pageSize: z.coerce.number({ error: 'not a number' }).pipe(z.int().min(1).max(200)).default(50),
  pageToken: z.string().max(1_000).nullable().default(null),
});
export type PageQuery = z.infer<typeof pageQuery>;
export type ModelParams = z.infer<typeof modelParams>;
export type VersionParams = z.infer<typeof versionParams>;
export type RolloutParams = z.infer<typeof rolloutParams>;
