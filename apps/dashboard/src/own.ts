/** What an object says by a name itself: what it inherits (`constructor`) is no metric, tag or setting of that name. */
export const own = <T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined;
