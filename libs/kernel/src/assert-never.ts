/** Fails to compile when a union has a case that is not handled, and throws if one gets here anyway. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
