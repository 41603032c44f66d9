import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { type CiRun, refusalOf } from '#libs/engine';
import { SignedBody } from '../http/bodies/signed-body.ts';
import { readGitHub, readGitLab } from './ci-payload.ts';

const AT = Date.UTC(2026, 10, 24, 8);
const person = fc.option(fc.record({ login: fc.string(), name: fc.string() }, { requiredKeys: [] }));
const id = fc.oneof(fc.nat(), fc.nat().map(String));
/** There, null, or left out: what a payload may do with whatever it need not say. */
const loose = <T>(of: Record<string, fc.Arbitrary<T>>) =>
  fc.record(Object.fromEntries(Object.entries(of).map(([key, value]) => [key, fc.option(value)])), {
    requiredKeys: [],
  });

const githubRun = fc
  .tuple(
    fc.record({ id, head_sha: fc.string() }),
    loose<unknown>({
      actor: person,
      triggering_actor: person,
      head_commit: fc.record({ author: person, committer: person }),
      run_attempt: fc.integer({ min: 1, max: 9 }),
      status: fc.constant('completed'),
      path: fc.constantFrom('.github/workflows/train.yml', '.github/workflows/train.yml@refs/heads/main'),
      html_url: fc.webUrl(),
      pull_requests: fc.array(fc.record({ number: fc.nat() }), { maxLength: 2 }),
    }),
  )
  .map(([must, may]) => ({
    action: 'completed',
    repository: { id: 7, full_name: 'acme/models' },
    workflow_run: {
      event: 'push',
      conclusion: 'success',
      head_branch: 'main',
      updated_at: new Date(AT).toISOString(),
      head_repository: { id: 7 },
      ...must,
      ...may,
    },
  }));
const gitlabPipeline = fc
  .tuple(
    id,
    loose<unknown>({ tag: fc.boolean(), source: fc.constant('push'), url: fc.webUrl() }),
    loose<unknown>({ user: person, commit: fc.record({ author: person }), merge_request: fc.constant(null) }),
  )
  .map(([number, may, top]) => ({
    ...top,
    project: { id: 7, path_with_namespace: 'acme/models' },
    object_attributes: { id: number, ref: 'main', sha: 'abc', status: 'success', finished_at: null, ...may },
  }));

const runOf = (read: ReturnType<typeof readGitHub>): CiRun => {
  if ('ignored' in read) throw new Error(read.ignored);
  return read.run;
};
const source = { repository: null, events: ['workflow_run', 'pipeline'] };
const rules = { repositoryIds: ['7'], branches: ['main'], tags: ['main'] };
const refused = (run: CiRun, now = AT + 1_000) => refusalOf({ ...source, rules }, run, now)?.code ?? null;

describe('whatever a payload leaves out or says as null', () => {
  it("GitHub's run of a push is read, and may register, whichever pull requests its branch is the head of", () => {
    fc.assert(
      fc.property(githubRun, (body) => {
        const run = runOf(readGitHub('workflow_run', body));
        expect([run.repositoryId, run.isProposal, refused(run)]).toEqual(['7', false, null]);
      }),
    );
  });
  it("GitLab's pipeline is read", () => {
    fc.assert(
      fc.property(gitlabPipeline, (body) => {
        const run = runOf(readGitLab('Pipeline Hook', body));
        expect([run.repositoryId, run.ref?.name, refused(run)]).toEqual(['7', 'main', null]);
      }),
    );
  });
  it('a form says what JSON says', () => {
    fc.assert(
      fc.property(githubRun, (body) => {
        const json = JSON.stringify(body);
        const opened = (type: 'json' | 'form', text: string) =>
          new SignedBody(Buffer.from(text), type).open(() => true)?.payload;
        const form = new URLSearchParams({ payload: json }).toString();
        expect(opened('form', form)).toEqual(opened('json', json));
        // Spaces as %20, as other programs write a form.
        expect(opened('form', form.replaceAll('+', '%20'))).toEqual(opened('json', json));
      }),
    );
  });
});

const FORMS: [string, (at: Date) => string][] = [
  ['ISO 8601', (at) => at.toISOString()],
  ['GitLab', (at) => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`],
  ['with a zone', (at) => `${new Date(at.getTime() + 7_200_000).toISOString().slice(0, 19)}+02:00`],
  [
    'GitLab with a zone',
    (at) => `${new Date(at.getTime() - 5_400_000).toISOString().slice(0, 19).replace('T', ' ')} -0130`,
  ],
];
describe.each(FORMS)('a time as %s', (_form, written) => {
  it('of too long ago is too old, of just now is not', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10 * 86_400, max: 0 }), (seconds) => {
        const at = new Date(AT + seconds * 1_000);
        const body = {
          project: { id: 7, path_with_namespace: 'a/b' },
          object_attributes: { id: 1, ref: 'main', sha: 'a', status: 'success', finished_at: written(at) },
        };
        const run = runOf(readGitLab('Pipeline Hook', body));
        expect(run.at).toBe(at.getTime());
        expect(refused(run, AT) !== null).toBe(seconds < -3 * 86_400);
      }),
    );
  });
});
test('a time that cannot be read is no excuse for not being asked how old it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ minLength: 1 }),
        fc.constantFrom('2026-02-30 08:00:00 UTC', 'yesterday', '1764000000'),
      ),
      (finished_at) => {
        const body = {
          project: { id: 7, path_with_namespace: 'a/b' },
          object_attributes: { id: 1, ref: 'main', sha: 'a', status: 'success', finished_at },
        };
        const run = runOf(readGitLab('Pipeline Hook', body));
        if (typeof run.at !== 'number') expect(refused(run)).not.toBeNull();
      },
    ),
  );
});
