/** The fields of an object that are given: in requests and options `undefined` says that nothing was said. */
export const withoutUndefined = <T extends object>(
  object: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
