import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { UnderstudyError } from '#libs/client';
import { printable, printableJson } from '#libs/kernel';

/** The longest list that is answered at once: a language model reads all of it. */
export const MOST_ITEMS = 50;

/**
 * What a tool answers, as JSON. Names, reasons and tags in it are what somebody wrote: they are data, and the server's
 * instructions say so.
 */
const answer = (value: unknown): CallToolResult => ({
  content: [{ type: 'text', text: printableJson(value, 2) }],
});

/** What went wrong, in the api's words: a language model can mend its request by it. */
export async function answering(work: () => Promise<unknown>): Promise<CallToolResult> {
  try {
    return answer(await work());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const problem =
      error instanceof UnderstudyError
        ? { code: error.code, detail: error.problem.detail, errors: error.problem.errors }
        : { code: 'failed', detail: printable(error.message), errors: [] };
    return { ...answer(problem), isError: true };
  }
}

/** Of tools that change nothing, for clients that ask before all others. */
export const READ_ONLY = { readOnlyHint: true, openWorldHint: false } as const;
export const modelName = z.string().min(1).describe('The name of a model');
