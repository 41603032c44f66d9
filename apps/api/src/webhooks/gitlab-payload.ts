import { z } from 'zod';
import {
  id,
  text,
  person,
  gitCommit,
  absent,
  type ReadDelivery,
  namesOf,
  instant,
  NOTHING_SAID,
} from './payload-fields.ts';

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
