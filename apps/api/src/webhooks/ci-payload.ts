import { z } from 'zod';
import { parseInstant } from '#libs/kernel';
import { type CiRef, type CiRun, refOf } from '#libs/engine';

/** What is read of a delivery: a run with what names it, or why nothing is done. */
export type ReadDelivery =
  { readonly run: CiRun; readonly identity: string | null } | { readonly ignored: string };

/** CI systems write `null` for what there is none of, as often as they leave it out. */
const absent = <T extends z.ZodType>(of: T) => of.nullish().transform((value) => value ?? undefined);
const text = absent(z.string());

const id = z.union([z.int(), z.string()]).transform(String);
/** A time that cannot be read must not pass for none, which is not asked how old it is. */
const instant = (text: string | null | undefined): CiRun['at'] =>
  text === null || text === undefined ? null : (parseInstant(text) ?? 'unreadable');

/** A person as CI systems write them: a login, and what Git knows of an author. Whatever is said, it refuses nothing. */
const person = z
  .looseObject({
    login: z.string().optional(),
    username: z.string().optional(),
    name: z.string().optional(),
    email: z.string().optional(),
  })
  .optional()
  .catch(undefined);
const gitCommit = z.looseObject({ author: person, committer: person }).nullish().catch(undefined);
type Person = z.infer<typeof person>;
const LONGEST_NAME = 200;
const namesOf = (...people: readonly Person[]): readonly string[] => [
  ...new Set(
    people
      .flatMap((one) => [one?.login, one?.username, one?.email, one?.name])
      .filter((name): name is string => name !== undefined && name.trim() !== '')
      .map((name) => name.slice(0, LONGEST_NAME)),
  ),
];

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

const gitlabProject = z.looseObject({ id, path_with_namespace: z.string(), web_url: text });
const pipeline = z.looseObject({
  project: gitlabProject,
  user: person,
  commit: gitCommit,
  merge_request: z.unknown().optional(),
  object_attributes: z.looseObject({
    id,
    ref: z.string(),
    tag: absent(z.boolean()),
    sha: z.string(),
    status: z.string(),
    source: text,
    url: text,
    finished_at: z.string().nullish(),
  }),
});
const gitlabRelease = z.looseObject({
  id,
  action: z.string(),
  tag: z.string(),
  url: text,
  released_at: z.string().nullish(),
  project: gitlabProject,
  user: person,
  commit: absent(z.looseObject({ id: z.string(), author: person, committer: person })),
});

/** Reads a delivery of GitLab. https://docs.gitlab.com/user/project/integrations/webhook_events/ */
export function readGitLab(event: string, body: unknown): ReadDelivery {
  if (event === 'Pipeline Hook') return readPipeline(body);
  if (event === 'Release Hook') return readGitLabRelease(body);
  return { ignored: `event ${event}: only pipelines and releases register a version` };
}

function readPipeline(body: unknown): ReadDelivery {
  const parsed = pipeline.safeParse(body);
  if (!parsed.success) return { ignored: 'the payload is no pipeline' };
  const { project, user, commit, object_attributes: of, merge_request: request } = parsed.data;
  if (of.status !== 'success') return { ignored: `the pipeline is ${of.status}` };
  return {
    identity: `pipeline ${project.id} ${of.id}`,
    run: {
      event: 'pipeline',
      repositoryId: project.id,
      repository: project.path_with_namespace,
      ref: { kind: of.tag === undefined ? 'unsaid' : of.tag ? 'tag' : 'branch', name: of.ref },
      workflow: null,
      commit: of.sha,
      runUrl: of.url ?? null,
      people: namesOf(user, commit?.author, commit?.committer),
      isProposal: /merge_request|pull_request/.test(of.source ?? '') || (request ?? null) !== null,
      isFork: false,
      at: instant(of.finished_at),
    },
  };
}

function readGitLabRelease(body: unknown): ReadDelivery {
  const parsed = gitlabRelease.safeParse(body);
  if (!parsed.success) return { ignored: 'the payload is no release' };
  const { id: release, action, tag, url, project, user, commit, released_at: at } = parsed.data;
  if (action !== 'create') return { ignored: `release ${action}: only new ones count` };
  return {
    identity: `release ${project.id} ${release}`,
    run: {
      ...NOTHING_SAID,
      event: 'release',
      repositoryId: project.id,
      repository: project.path_with_namespace,
      ref: { kind: 'tag', name: tag },
      commit: commit?.id ?? null,
      runUrl: url ?? null,
      people: namesOf(user, commit?.author, commit?.committer),
      at: instant(at),
    },
  };
}

const NOTHING_SAID = {
  people: [],
  ref: null,
  workflow: null,
  commit: null,
  runUrl: null,
  isProposal: false,
  isFork: false,
  at: null,
} as const;
