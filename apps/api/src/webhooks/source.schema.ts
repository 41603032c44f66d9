import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isWebhookSecret, SOURCE_KINDS, type SourceKind } from '#libs/engine';
import { isOpenUrl } from '#libs/kernel';
import { modelPatterns } from '../http/bodies/validation.ts';

const texts = z.array(z.string().min(1).max(500)).min(1).max(100);
const ids = z
  .array(z.union([z.int().transform(String), z.string().regex(/^\d+$/, 'an id is a number')]))
  .min(1)
  .max(100);

/** Filled in from the delivery: `{{/json/pointer}}`. */
const PLACEHOLDER = /\{\{[^{}]*\}\}/g;
const issuerUrl = z
  .string()
  .max(500)
  .refine((text) => isOpenUrl(text), 'a URL that starts with https:// or http://, without a password in it');

const manifestPlace = z.union([
  z.strictObject({ pointer: z.string().regex(/^\//, 'a JSON pointer starts with /').max(500) }),
  z.strictObject({ template: z.record(z.string(), z.json()) }),
  z.strictObject({
    url: z
      .string()
      .max(2_000)
      .refine(
        (text) => isOpenUrl(text.replace(PLACEHOLDER, '1')),
        'a URL that starts with http:// or https://, without a password in it: token is sent with the request, and shown nowhere',
      ),
    token: z.string().min(1).max(500).optional(),
  }),
]);

const EVENTS: Record<SourceKind, readonly string[]> = {
  github: ['workflow_run', 'release', 'repository_dispatch'],
  gitlab: ['pipeline', 'release'],
  standard: [],
  'github-oidc': [],
};

/** The body of POST /webhook-sources. */
export const newSource = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores'),
    kind: z.enum(SOURCE_KINDS),
    models: modelPatterns,
    repository: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)+$/, 'write owner/name')
      .nullable()
      .default(null),
    secret: z.string().min(16).max(500).optional(),
    events: texts.optional(),
    repositoryIds: ids.optional(),
    ownerIds: ids.optional(),
    branches: texts.optional(),
    tags: texts.optional(),
    workflows: texts.optional(),
    jobWorkflowRefs: texts.optional(),
    environments: texts.optional(),
    issuer: issuerUrl.optional(),
    jwksUrl: issuerUrl.optional(),
    audience: z.string().min(1).max(500).optional(),
    verification: z.enum(['signature', 'token']).optional(),
    manifest: manifestPlace.optional(),
  })
  .superRefine((source, context) => {
    const wrong = (path: string, message: string): void =>
      void context.addIssue({ code: 'custom', path: [path], message });
    const { kind, events, verification, secret } = source;
    for (const one of events ?? [])
      if (!EVENTS[kind].includes(one)) wrong('events', `${kind} has ${EVENTS[kind].join(', ') || 'none'}`);
    const isSigned = kind === 'standard' || (kind === 'gitlab' && verification !== 'token');
    if (isSigned && secret !== undefined && !isWebhookSecret(secret))
      wrong('secret', 'a Standard Webhooks secret is whsec_ and base64, with its padding');
    // Anybody can start a run: say whose, and of what.
    const listensToRuns = kind === 'gitlab' || (events ?? []).some((one) => one !== 'repository_dispatch');
    if (listensToRuns && !source.repositoryIds) wrong('repositoryIds', 'say which, by id');
    const namesRefs = source.branches !== undefined || source.tags !== undefined;
    if (listensToRuns && !namesRefs) wrong('branches', 'say which branches, or which tags; * ends a prefix');
    if ((events ?? []).includes('workflow_run') && !source.manifest)
      wrong('manifest', 'a workflow_run carries none: give a template or a url');
    if (kind === 'gitlab' && (events ?? ['pipeline']).includes('pipeline') && !source.manifest)
      wrong('manifest', 'a pipeline carries none: give a template or a url');
    if (kind !== 'github-oidc') return;
    if (secret !== undefined) wrong('secret', 'there is none: the token is signed by its issuer');
    if (!source.repositoryIds) wrong('repositoryIds', 'say which, by id');
    if (!source.ownerIds) wrong('ownerIds', 'say whose, by id');
    if (!namesRefs && !source.environments) wrong('branches', 'say which branches, tags or environments');
  });

/** A secret of the form that a kind of source wants. */
export function newSecret(kind: SourceKind): string {
  if (kind === 'github-oidc') return '';
  return kind === 'github' ? randomBytes(24).toString('hex') : `whsec_${randomBytes(24).toString('base64')}`;
}
