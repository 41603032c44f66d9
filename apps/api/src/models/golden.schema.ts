import { z } from 'zod';
import { readableText } from '../http/bodies/validation.ts';
import { parseJsonPath } from '#libs/traffic';

const expectation = z
  .strictObject({
    path: z
      .string()
      .max(500)
      .refine((text) => parseJsonPath(text) !== null, 'a path such as $.outputs[0].data[0]'),
    equals: z.json().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    tolerance: z.number().min(0).default(0),
  })
  .refine(
    ({ equals, min, max }) => equals !== undefined || min !== undefined || max !== undefined,
    'give equals, min or max: an expectation without a condition asks for nothing',
  );

/** The body of PUT /models/{model}/golden. */
export const goldenRequests = z.strictObject({
  items: z
    .array(
      z.strictObject({
        name: readableText(200),
        slice: readableText(200).nullable().default(null),
        method: z.enum(['GET', 'POST']).default('POST'),
        path: z.string().startsWith('/').max(2_000),
        body: z.json().default(null),
        expect: z.array(expectation).max(100).default([]),
      }),
    )
    .max(1_000),
});
