import { z } from 'zod';
import { MOST_MEMBERS, type RegisterGroup } from '#libs/engine';
import { modelName, reason, startAt } from '../http/bodies/validation.ts';
import { refuseLeftToFill } from '../versions/left-to-fill.ts';
import { withServingUrls } from '../versions/serving-urls.schema.ts';
import { versionFields } from '../versions/version.schema.ts';

/** One version of the group: what a manifest says of it, but for what is said of all of them, or follows from there being a group. */
const member = versionFields
  .omit({ createModel: true, rollout: true })
  .extend({
    model: modelName,
    policy: z.unknown().optional().describe("Its own policy, which may only tighten its model's"),
  })
  .transform(withServingUrls);

/** Versions of several models that are registered and released together: from CI, by a webhook, the API or the command line. */
export const groupManifest = z
  .strictObject({
    members: z.array(member).min(2).max(MOST_MEMBERS),
    reason: reason.default('registered together'),
    startAt,
  })
  .superRefine(refuseLeftToFill)
  .transform(({ members, ...group }): RegisterGroup => ({
    ...group,
    members: members.map(({ model, policy, ...version }) => ({
      ...{ model, version },
      ...(policy === undefined ? {} : { policy }),
    })),
  }));

/** A manifest of one version has a model in its place. */
export const isGroupManifest = (found: unknown): boolean =>
  found !== null && typeof found === 'object' && Object.hasOwn(found, 'members');
