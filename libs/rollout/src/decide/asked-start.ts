declare const unit: unique symbol;

/**
 * A start period as a policy asks for it. No arithmetic works on it: what a gate leaves out depends on the step, and `startPeriodOf` alone
 * says how much that is. (A step that waited for the raw number, longer than the step itself, could never end.)
 */
export interface AskedStart {
  readonly [unit]: 'ms';
}

/** @param ms as it is stored: a plain number */
export const askedStart = (ms: number): AskedStart => ms as unknown as AskedStart;

/** For `startPeriodOf`, and for showing what a policy says. */
export const askedStartMs = (asked: AskedStart): number => asked as unknown as number;
