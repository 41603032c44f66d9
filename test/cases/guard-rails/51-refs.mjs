// A tag, a pull request or a bare word that is called like the branch is not the branch. CHECKOUT names the project's folder.
import { pathToFileURL } from 'node:url';
import { check, finish } from './lib.mjs';

const { mismatch } = await import(
  pathToFileURL(`${process.env.CHECKOUT ?? '.'}/dist/apps/api/src/auth/ci-identity.js`).href
);
const rules = { repositoryIds: ['1'], ownerIds: ['2'], branches: ['main'] };
const claims = { repository_id: '1', repository_owner_id: '2', event_name: 'push' };
const allowed = (ref, ref_type) =>
  mismatch(rules, { ...claims, ref, ref_type }) === null ||
  mismatch(rules, { ...claims, ref, ref_type }) === undefined;
check(allowed('refs/heads/main', 'branch'), 'refs/heads/main is allowed');
for (const [ref, type] of [
  ['refs/tags/main', 'tag'],
  ['refs/tags/main', 'branch'],
  ['refs/heads/dev', 'branch'],
  ['refs/heads/tags/main', 'branch'],
  ['refs/pull/1/merge', 'branch'],
  ['refs/heads/Main', 'branch'],
  ['main', 'branch'],
  ['main', 'tag'],
])
  check(!allowed(ref, type), `${ref} (${type}) is refused`);
await finish();
