import type { Instant } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import type { NewVersion } from '../release/new-version.ts';
import type { Stores } from '../ports/ports.ts';
import type { Reach } from '../access/reach.ts';
import { insertVersion, prepareVersion, type RegisterVersionPorts } from '../release/register-version.ts';
import { registeredFirst } from '../rollouts/releasable.ts';
import { lockModels } from './lock-models.ts';
import { ofMember } from './of-member.ts';
import type { GroupRecord } from './records.ts';
import { assertDistinct, startGroup } from './start-group.ts';

export interface RegisterGroup {
  readonly members: readonly {
    readonly model: string;
    readonly version: Omit<NewVersion, 'rollout' | 'createModel' | 'reach' | 'people'>;
    /** A policy document; the model's when left out. */
    readonly policy?: unknown;
  }[];
  readonly reason: string;
  readonly startAt?: Instant | null | undefined;
  /** Whom the CI run names: they had a hand in all of them. */
  readonly people?: readonly string[];
  readonly reach?: Reach;
}

/**
 * Registers a version of each member and releases them as one group, in one transaction: all of it, or nothing. A version cannot
 * consume another one of the same group, as its number is not known yet.
 * @param alongside what the caller's transaction adds
 * @throws DomainError what a version or the group is refused for, with the member in its words and pointers
 */
export async function registerGroup(
  ports: RegisterVersionPorts,
  { members, people = [], reach, ...group }: RegisterGroup,
  by: By,
  alongside?: (stores: Stores, group: GroupRecord) => Promise<void>,
): Promise<GroupRecord> {
  const names = members.map(({ model }) => model);
  assertDistinct(names);
  const prepared = await Promise.all(
    members.map(({ model, version }, at) =>
      ofMember({ model, version: 'its new version' }, `/members/${at}`, () =>
        prepareVersion(
          ports,
          model,
          {
            ...version,
            ...{ people, createModel: false, rollout: false },
            ...(reach ? { reach } : {}),
          },
          by,
        ),
      ),
    ),
  );
  return ports.uow.run(async (stores) => {
    // What they consume, too: whoever locks several models does so by their names.
    await lockModels(stores, [
      ...names,
      ...prepared.flatMap(({ request }) => request.upstreams.map(({ model }) => model)),
    ]);
    const started = [];
    for (const [at, { model, policy }] of members.entries()) {
      const own = prepared[at];
      if (!own) throw new Error(`member ${at} was not prepared`);
      const { version } = await ofMember({ model, version: 'its new version' }, `/members/${at}`, () =>
        insertVersion(stores, own, by),
      );
      started.push({ model, version: version.version, ...(policy === undefined ? {} : { policy }) });
    }
    const release = { ...group, ...by, members: started, ...(reach ? { reach } : {}) };
    const made = await registeredFirst(() => startGroup(stores, release));
    await alongside?.(stores, made);
    return made;
  });
}
