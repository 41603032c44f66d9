import { z } from 'zod';
import { callerText, unitName } from '#libs/traffic';
import { modelName } from '../http/bodies/validation.ts';

const feedbackItem = z
  .strictObject({
    /** The `x-understudy-receipt` header of the answer. */
    receipt: z.string().min(1).max(4_000).optional(),
    requestId: z.string().max(1_000).overwrite(callerText).min(1, 'is blank').optional(),
    unit: z.string().max(16_384).overwrite(unitName).min(1, 'is blank').optional(),
    model: modelName.optional(),
    metric: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,80}$/, '1 to 80 letters, digits, dots, dashes and underscores'),
    value: z.number().min(-1e12).max(1e12),
    at: z.iso.datetime({ offset: true }).optional(),
    /** Names the event, so that a repeat is known: needed where one unit has several alike. */
    id: z.string().min(1).max(200).optional(),
  })
  .superRefine((item, context) => {
    const named = [item.receipt, item.requestId, item.unit].filter((by) => by !== undefined).length;
    if (named !== 1)
      context.addIssue({ code: 'custom', message: 'give exactly one of receipt, requestId and unit' });
    if (item.receipt === undefined && item.model === undefined)
      context.addIssue({ code: 'custom', path: ['model'], message: 'without a receipt, name the model' });
    if (item.unit !== undefined && item.at === undefined && item.id === undefined)
      context.addIssue({
        code: 'custom',
        path: ['at'],
        message:
          'with a unit, say when (at) or name the event (id): else a repeat cannot be told from a second one',
      });
  });

/** The body of POST /feedback. */
export const feedbackBatch = z.strictObject({ items: z.array(feedbackItem).min(1).max(1_000) });
export type FeedbackBatch = z.infer<typeof feedbackBatch>;
export type FeedbackItem = FeedbackBatch['items'][number];
