import { expect, it } from '@jest/globals';
import { parsePolicy } from '#libs/rollout';
import { modelEdits } from '../../models/model.schema.ts';
import { newSubscription, subscriptionEdits } from '../../subscriptions/subscription.schema.ts';
import { url } from '../../versions/serving-urls.schema.ts';
import { newSource } from '../../webhooks/source.schema.ts';

/*
 * Addresses that a body may hold are shown, and kept in events for good: none of them takes a secret. A field of the api that is a URL has a
 * line here.
 */
const SOURCE = { name: 's', models: ['m'] };
const github = {
  ...SOURCE,
  kind: 'github',
  events: ['workflow_run'],
  repositoryIds: [1],
  branches: ['main'],
};
const oidc = { ...SOURCE, kind: 'github-oidc', repositoryIds: [1], branches: ['main'], ownerIds: [1] };
const FIELDS: Readonly<Record<string, (at: string) => boolean>> = {
  "a version's serving URL": (at) => url('http:', 'https:').safeParse(at).success,
  "an artifact's address": (at) => url('file:', 'http:', 'https:').safeParse(at).success,
  "a model's serving URL": (at) => modelEdits.safeParse({ servingUrlTemplate: `${at}/{version}` }).success,
  "a subscription's": (at) => newSubscription.safeParse({ name: 's', url: at }).success,
  "a subscription's, changed": (at) => subscriptionEdits.safeParse({ url: at }).success,
  'where a manifest is': (at) =>
    newSource.safeParse({ ...github, manifest: { url: `${at}/{{/head/sha}}` } }).success,
  'an issuer of CI tokens': (at) =>
    newSource.safeParse({ ...oidc, issuer: at, jwksUrl: 'https://x/keys' }).success,
  'where its keys are': (at) => newSource.safeParse({ ...oidc, issuer: 'https://x', jwksUrl: at }).success,
  "a gate's": (at) => {
    try {
      parsePolicy({
        name: 'p',
        steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
        gates: [{ name: 'g', metric: 'http', url: at }],
      });
      return true;
    } catch {
      return false;
    }
  },
};

it.each(Object.entries(FIELDS))('%s takes no URL with credentials in it', (_field, takes) => {
  expect(takes('https://host.example/a?b=c')).toBe(true);
  for (const at of [
    'https://user@host.example/a',
    'https://user:pa55@host.example/a',
    'https://:pa55@host.example/a',
  ])
    expect([at, takes(at)]).toEqual([at, false]);
});
