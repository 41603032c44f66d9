import { z } from 'zod';
import type { Refusal } from './batch.ts';
import { LIST_NAMES } from './batch.ts';

/** What the api answers to a batch (200). */
export interface BatchAnswer {
  /** The version of the api's messages. */
  readonly protocol: number;
  /** Whether the batch was counted now; `false`: it is a repeat. */
  readonly counted: boolean;
  /** How many of its entries were not taken. They are not worth a repeat: they would be refused again. */
  readonly refusedCount: number;
  /** The first of these. */
  readonly refused: readonly Refusal[];
  /** Models of which the api wants to know whether their primary answers callers (`primaries`). */
  readonly asks: readonly string[];
}

const refusalSchema = z.object({
  list: z.enum(LIST_NAMES),
  index: z.int().min(0).nullable().default(null),
  model: z.string().nullable().default(null),
  rolloutId: z.string().nullable().default(null),
  pointer: z.string().default(''),
  reason: z.string().default(''),
});

const batchAnswerSchema = z.object({
  protocol: z.int().min(0).default(0),
  counted: z.boolean().default(true),
  refusedCount: z.int().min(0).default(0),
  /** One that this reader does not know, of a list that is newer than it, is left out. */
  refused: z
    .array(z.unknown())
    .transform((list) =>
      list.flatMap((one) => {
        const read = refusalSchema.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    )
    .default([]),
  asks: z.array(z.string()).catch([]).default([]),
});

/** Reads the api's answer. An api from before there was a version says only whether it counted. */
export function readBatchAnswer(text: string): BatchAnswer {
  let json: unknown = {};
  try {
    json = JSON.parse(text);
  } catch {
    // A proxy may answer 200 with a page of its own; the batch was taken all the same, as far as anybody knows.
  }
  const read = batchAnswerSchema.safeParse(json);
  return read.success ? read.data : { protocol: 0, counted: true, refusedCount: 0, refused: [], asks: [] };
}
