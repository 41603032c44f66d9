const none = async (): Promise<[]> => [];

/** Nobody asks a model test's record for who is who, and nothing of it is exported. */
export const NO_OLD_EVENTS = {
  tokenMakers: none,
  sourceMakers: none,
  loginsOf: none,
  exported: none,
  detachedBetween: none,
  exports: none,
};
