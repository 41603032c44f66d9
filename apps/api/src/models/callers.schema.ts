import { z } from 'zod';
import { type CallerRules, DEFAULT_CALLER_RULES, parseJsonPath } from '#libs/traffic';

const token = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/, 'not the name of a header or a cookie');

/** The body of PUT /models/{model}/callers. */
export const callers = z.strictObject({
  unit: z
    .union(
      [
        z.strictObject({ header: token }),
        z.strictObject({ cookie: token }),
        z.strictObject({
          jsonPath: z
            .string()
            .max(500)
            .refine((text) => (parseJsonPath(text)?.length ?? 0) > 0, 'not a path such as $.user.id'),
        }),
      ],
      'one of { header }, { cookie }, { jsonPath }',
    )
    .optional(),
  repeatable: z.boolean().default(DEFAULT_CALLER_RULES.repeatable),
});

export function callerRules({ unit, repeatable }: z.infer<typeof callers>): CallerRules {
  if (unit === undefined) return { ...DEFAULT_CALLER_RULES, repeatable };
  if ('header' in unit) return { unit: { from: 'header', name: unit.header }, repeatable };
  if ('cookie' in unit) return { unit: { from: 'cookie', name: unit.cookie }, repeatable };
  return { unit: { from: 'json', name: unit.jsonPath }, repeatable };
}

export function callersView({ unit, repeatable }: CallerRules): z.infer<typeof callers> {
  const { from, name } = unit;
  return {
    unit: from === 'header' ? { header: name } : from === 'cookie' ? { cookie: name } : { jsonPath: name },
    repeatable,
  };
}
