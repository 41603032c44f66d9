import { describe, expect, test } from '@jest/globals';
import { type CiRun, OLDEST_RUN_MS, refusalOf } from './webhooks.ts';

const NOW = 1_800_000_000_000;
const run: CiRun = {
  event: 'workflow_run',
  repositoryId: '7',
  repository: 'acme/models',
  ref: { kind: 'branch', name: 'main' },
  workflow: '.github/workflows/train.yml',
  commit: 'abc',
  runUrl: null,
  people: [],
  isProposal: false,
  isFork: false,
  at: NOW - 1_000,
};
const source = {
  events: ['workflow_run'],
  repository: 'acme/models',
  rules: {
    repositoryIds: ['7'],
    branches: ['main', 'release/*'],
    workflows: ['.github/workflows/train.yml'],
  },
};

test('a run of the source may register', () => {
  expect(refusalOf(source, run, NOW)).toBeNull();
  expect(refusalOf(source, { ...run, ref: { kind: 'branch', name: 'release/2' } }, NOW)).toBeNull();
});

describe('refused:', () => {
  test.each<[string, Partial<CiRun>]>([
    ['proposal_refused', { isProposal: true }],
    ['fork_refused', { isFork: true }],
    ['repository_not_allowed', { repository: 'evil/models' }],
    ['repository_not_allowed', { repositoryId: '8' }],
    ['branch_not_allowed', { ref: { kind: 'branch', name: 'maintenance' } }],
    ['branch_not_allowed', { ref: { kind: 'branch', name: 'release' } }],
    ['branch_not_allowed', { ref: { kind: 'tag', name: 'main' } }],
    ['branch_not_allowed', { ref: { kind: 'other', name: 'main' } }],
    ['branch_not_allowed', { ref: null }],
    ['workflow_not_allowed', { workflow: '.github/workflows/other.yml' }],
    ['workflow_not_allowed', { workflow: null }],
    ['delivery_stale', { at: NOW - OLDEST_RUN_MS - 1 }],
    ['delivery_stale', { at: NOW + 600_000 }],
    ['delivery_stale', { at: 'unreadable' }],
  ])('%s %j', (code, change) => {
    expect(refusalOf(source, { ...run, ...change }, NOW)).toMatchObject({ code });
  });
});
