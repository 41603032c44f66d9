import type { Instant } from '#libs/kernel';
import { mayTouch } from '../access/access.ts';
import { allowsRef, type CiRef, refRulesOf } from '../access/ci-ref.ts';

export const SOURCE_KINDS = ['github', 'gitlab', 'standard', 'github-oidc'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Somebody outside who may register versions: how they prove who they are, and for which models. */
export interface WebhookSource {
  readonly name: string;
  readonly kind: SourceKind;
  /** What deliveries are signed with; empty for `github-oidc`, which has none. */
  readonly secret: string;
  /** Names of models, or prefixes that end with `*`. */
  readonly models: readonly string[];
  /** GitHub: the only repository (`owner/name`) that is listened to; `null` for any. */
  readonly repository: string | null;
  readonly rules: SourceRules;
}

/** Which runs of a CI system are listened to. What is left out of a list is not allowed. */
export interface SourceRules {
  /** Kinds of deliveries, such as `workflow_run` or `release`. */
  readonly events?: readonly string[];
  /** GitHub's repositories, GitLab's projects, by id: names can be taken over. */
  readonly repositoryIds?: readonly string[];
  /** Of the repository's owner, by id (`github-oidc`). */
  readonly ownerIds?: readonly string[];
  /** Names, or prefixes that end with `*`. */
  readonly branches?: readonly string[];
  /** The same of tags. */
  readonly tags?: readonly string[];
  /** Files of workflows, such as `.github/workflows/train.yml`. */
  readonly workflows?: readonly string[];
  /** `github-oidc`: `owner/repo/.github/workflows/file.yml@ref`, or prefixes that end with `*`. */
  readonly jobWorkflowRefs?: readonly string[];
  /** `github-oidc`: deployment environments that are as good as a branch. */
  readonly environments?: readonly string[];
  /** `github-oidc`: who signs the tokens, and where its keys are. */
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly audience?: string;
  /** GitLab: `signature` (its signing token) or `token` (the older X-Gitlab-Token, which signs nothing). */
  readonly verification?: 'signature' | 'token';
  /** Where the version's manifest is. */
  readonly manifest?: ManifestPlace;
}

/** In the payload, made of it, or at a URL that is made of it; `{{/json/pointer}}` is filled in. */
export type ManifestPlace =
  | { readonly pointer: string }
  | { readonly template: Readonly<Record<string, unknown>> }
  | { readonly url: string; readonly token?: string | undefined };

/** A run of a CI system, whichever told of it. */
export interface CiRun {
  readonly event: string;
  readonly repositoryId: string;
  readonly repository: string;
  /** `null`: it names none. */
  readonly ref: CiRef | null;
  readonly workflow: string | null;
  readonly commit: string | null;
  readonly runUrl: string | null;
  /** Logins, names and addresses of those who have written, started or sent it. */
  readonly people: readonly string[];
  /** It runs what somebody proposes from outside. */
  readonly isProposal: boolean;
  readonly isFork: boolean;
  /** When it ended; `null`: it does not say, `unreadable`: in no form that we know. */
  readonly at: Instant | 'unreadable' | null;
}

/** A delivery of something that ended longer ago is a replay. GitHub delivers again for three days. */
export const OLDEST_RUN_MS = 3 * 86_400_000;
const MOST_SKEW_MS = 5 * 60_000;

/**
 * Why a run may not register a version; `null`: it may.
 * @param events that the source listens to
 */
export function refusalOf(
  { rules, repository, events }: Pick<WebhookSource, 'rules' | 'repository'> & { events: readonly string[] },
  run: CiRun,
  now: Instant,
): { readonly code: string; readonly because: string } | null {
  const no = (code: string, because: string) => ({ code, because });
  if (run.isProposal) return no('proposal_refused', 'it ran for a pull or merge request');
  if (run.isFork) return no('fork_refused', 'it ran for a fork');
  if (repository !== null && repository !== run.repository)
    return no('repository_not_allowed', `repository ${run.repository} is not ${repository}`);
  if (rules.repositoryIds && !rules.repositoryIds.includes(run.repositoryId))
    return no('repository_not_allowed', `repository ${run.repositoryId} is none of the source's`);
  const refs = refRulesOf(rules, events);
  if (refs !== null && (run.ref === null || !allowsRef(refs, run.ref)))
    return no('branch_not_allowed', `${wordsOf(run.ref)} is none of the source's`);
  if (rules.workflows && !rules.workflows.includes(run.workflow ?? ''))
    return no('workflow_not_allowed', `workflow ${run.workflow ?? '(none)'} is none of the source's`);
  if (run.at === null) return null;
  if (run.at === 'unreadable') return no('delivery_stale', 'it does not say in ISO 8601 when it ended');
  if (run.at < now - OLDEST_RUN_MS) return no('delivery_stale', 'it ended more than three days ago');
  if (run.at > now + MOST_SKEW_MS) return no('delivery_stale', 'it ends in the future');
  return null;
}

function wordsOf(ref: CiRef | null): string {
  if (ref === null) return 'its branch (it names none)';
  const kind = { branch: 'branch', tag: 'tag', unsaid: 'branch', other: 'ref' }[ref.kind];
  return `${kind} ${ref.name}`;
}

export interface WebhookStore {
  source(name: string): Promise<WebhookSource | null>;
  sources(): Promise<readonly WebhookSource[]>;
  /** What the first delivery of this identity was answered; `null` when it is new. */
  answered(source: string, identity: string): Promise<{ answer: unknown } | null>;
}

/** Part of a transaction. */
export interface DeliveryStore {
  /** Remembers what a delivery was answered. Throws `delivery_in_flight` when its identity is known. */
  remember(source: string, identity: string, answer: unknown): Promise<void>;
  /** `false` when the name is taken. */
  insertSource(source: WebhookSource): Promise<boolean>;
  removeSource(name: string): Promise<boolean>;
  /** Notes that a CI job's token was used; `false`: it was before. */
  useOnce(issuer: string, jti: string, expiresAt: Instant): Promise<boolean>;
}

/** May this source register versions of this model? */
export function mayRegister(source: Pick<WebhookSource, 'models'>, model: string): boolean {
  return mayTouch(source.models, model);
}
