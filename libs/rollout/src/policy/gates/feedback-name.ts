import { FEEDBACK_PREFIX } from '#libs/stats';

/** The measure that a feedback gate reads; a downstream model's carries that model's name. */
export const feedbackName = (gate: { readonly feedback: string; readonly model: string | null }): string =>
  gate.model === null ? FEEDBACK_PREFIX + gate.feedback : `${FEEDBACK_PREFIX}${gate.model}/${gate.feedback}`;
