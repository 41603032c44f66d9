import { DomainError } from '#libs/kernel';

/** What is said of all members together, so not of one of them. */
const OF_ALL = /^\/(reason|overrideFreeze|overrideEnvironment|startAt)$/;

/** Of these, the pointers lead into the policy. */
const OF_POLICY = new Set(['policy_invalid', 'policy_looser']);

/**
 * Does something to one member of a release group; what it is refused for says which member, in words and in its pointers.
 * @param at a pointer to the member
 * @throws DomainError what `act` throws
 */
export async function ofMember<T>(
  {
    model,
    version,
  }: {
    readonly model: string;
    /** Its number, or words for one that has none yet. */
    readonly version: number | string;
  },
  at: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const place = OF_POLICY.has(error.code) ? `${at}/policy` : at;
    const errors = error.errors.map(({ pointer, detail }) => ({
      pointer: OF_ALL.test(pointer) ? pointer : place + pointer,
      detail,
    }));
    throw new DomainError(error.kind, error.code, `${model} ${version}: ${error.detail}`, errors);
  }
}
