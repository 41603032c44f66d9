import { z } from 'zod';
import { type CiRef, refOf } from '#libs/engine';
import {
  id,
  absent,
  text,
  person,
  gitCommit,
  type ReadDelivery,
  NOTHING_SAID,
  namesOf,
  instant,
} from './payload-fields.ts';

const githubRepository = z.looseObject({ id, full_name: z.string() });
const dispatch = z.looseObject({
  repository: githubRepository.extend({ id: absent(id).transform((known) => known ?? '') }),
  branch: text,
  sender: person,
});
const workflowRun = z.looseObject({
  action: z.string(),
  repository: githubRepository,
  sender: person,
  workflow_run: z.looseObject({
    id,
    actor: person,
    triggering_actor: person,
    head_commit: gitCommit,
    run_attempt: absent(z.int()).transform((attempt) => attempt ?? 1),
    event: z.string(),
    status: text,
    conclusion: z.string().nullable(),
    head_branch: z.string().nullable(),
    head_sha: z.string(),
    path: text,
    html_url: text,
    updated_at: z.string().nullish(),
    head_repository: z.looseObject({ id }).nullish(),
    pull_requests: z.array(z.unknown()).nullish(),
  }),
});
const githubRelease = z.looseObject({
  action: z.string(),
  repository: githubRepository,
  sender: person,
  release: z.looseObject({
    id,
    author: person,
    tag_name: z.string(),
    target_commitish: text,
    draft: absent(z.boolean()).transform((draft) => draft ?? false),
    html_url: text,
    published_at: z.string().nullish(),
  }),
});

/** Reads a delivery of GitHub. https://docs.github.com/webhooks/webhook-events-and-payloads */
export function readGitHub(event: string, body: unknown): ReadDelivery {
  if (event === 'repository_dispatch') return readDispatch(body);
  if (event === 'workflow_run') return readWorkflowRun(body);
  if (event === 'release') return readGitHubRelease(body);
  return { ignored: `event ${event}: only workflow_run, release and repository_dispatch register a version` };
}

function readDispatch(body: unknown): ReadDelivery {
  const parsed = dispatch.safeParse(body);
  if (!parsed.success) return { ignored: 'the payload names no repository' };
  const { repository, branch, sender } = parsed.data;
  return {
    // It has no identity of its own: the body is.
    identity: null,
    run: {
      ...NOTHING_SAID,
      event: 'repository_dispatch',
      repositoryId: repository.id,
      repository: repository.full_name,
      ref: branch === undefined ? null : { kind: 'branch', name: branch },
      people: namesOf(sender),
    },
  };
}

/** What pull requests, and comments on them, start: the code of somebody else. */
const PROPOSALS = /^(pull_request|issue_comment|discussion|fork)/;
/**
 * What runs a branch's or tag's own code, whoever proposes to merge that elsewhere: GitHub lists every open pull
 * request whose head the branch is. Behind other events a listed one may be what the run is for.
 */
const OWN_CODE = /^(push|schedule|workflow_dispatch|repository_dispatch|release|create|deployment)$/;

function readWorkflowRun(body: unknown): ReadDelivery {
  const parsed = workflowRun.safeParse(body);
  if (!parsed.success) return { ignored: 'the payload is no workflow_run' };
  const { action, repository, sender, workflow_run: run } = parsed.data;
  if (action !== 'completed') return { ignored: `workflow_run ${action}: only completed ones count` };
  if (run.conclusion !== 'success') return { ignored: `the run ended with ${run.conclusion ?? 'nothing'}` };
  return {
    // The delivery's own id is not signed.
    identity: `run ${repository.id} ${run.id} ${run.run_attempt}`,
    run: {
      event: 'workflow_run',
      repositoryId: repository.id,
      repository: repository.full_name,
      ref: refOfRun(run),
      workflow: run.path?.split('@')[0] ?? null,
      commit: run.head_sha,
      runUrl: run.html_url ?? null,
      people: namesOf(
        ...[sender, run.actor, run.triggering_actor],
        ...[run.head_commit?.author, run.head_commit?.committer],
      ),
      isProposal:
        PROPOSALS.test(run.event) || (!OWN_CODE.test(run.event) && (run.pull_requests ?? []).length > 0),
      isFork: run.head_repository?.id !== repository.id,
      at: instant(run.updated_at),
    },
  };
}

/**
 * GitHub names the branch or the tag in `head_branch`, and does not say which. Its `path` does where it ends with
 * the full ref, and a run for a release is of a tag.
 */
function refOfRun({
  head_branch: name,
  path,
  event,
}: z.infer<typeof workflowRun>['workflow_run']): CiRef | null {
  if (name === null) return null;
  if (event === 'release') return { kind: 'tag', name };
  const of = refOf(path?.slice(path.indexOf('@') + 1) ?? '');
  return of.kind !== 'other' && of.name === name ? of : { kind: 'unsaid', name };
}

function readGitHubRelease(body: unknown): ReadDelivery {
  const parsed = githubRelease.safeParse(body);
  if (!parsed.success) return { ignored: 'the payload is no release' };
  const { action, repository, release, sender } = parsed.data;
  if (action !== 'published' || release.draft)
    return { ignored: `release ${action}: only published ones count` };
  return {
    identity: `release ${repository.id} ${release.id}`,
    run: {
      ...NOTHING_SAID,
      event: 'release',
      repositoryId: repository.id,
      repository: repository.full_name,
      ref: { kind: 'tag', name: release.tag_name },
      runUrl: release.html_url ?? null,
      people: namesOf(sender, release.author),
      at: instant(release.published_at),
    },
  };
}
