import { expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { mlflowPlace } from './mlflow-uri.ts';

const HOST = 'mlflow.internal:5000';

// As MLflow 3.17's own client reads them (store/artifact/utils/models.py, runs_artifact_repo.py, mlflow_artifacts_repo.py).
it.each([
  ['models:/m-0a1b', { kind: 'logged-model', modelId: 'm-0a1b' }],
  ['models:/digits/3', { kind: 'version', name: 'digits', by: 'version', value: '3' }],
  ['models:/digits@champion', { kind: 'version', name: 'digits', by: 'alias', value: 'champion' }],
  ['models:/a@b@champion', { kind: 'version', name: 'a@b', by: 'alias', value: 'champion' }],
  ['models:/digits/Latest', { kind: 'version', name: 'digits', by: 'latest', value: 'Latest' }],
  ['models:/digits/Production', { kind: 'version', name: 'digits', by: 'stage', value: 'Production' }],
  ['runs:/0a1b/model', { kind: 'run', runId: '0a1b', path: 'model' }],
  ['runs:/0a1b/a/b/', { kind: 'run', runId: '0a1b', path: 'a/b' }],
  ['runs:/0a1b', { kind: 'run', runId: '0a1b', path: '' }],
  ['mlflow-artifacts:/1/models/m-0/artifacts', { kind: 'proxied', path: '1/models/m-0/artifacts' }],
  ['mlflow-artifacts:///1/x', { kind: 'proxied', path: '1/x' }],
  [`mlflow-artifacts://${HOST}/1/x`, { kind: 'proxied', path: '1/x' }],
])('%s', (uri, place) => {
  expect(mlflowPlace(uri, HOST)).toEqual(place);
});

test.each([
  'mlflow-artifacts://elsewhere/1/x',
  'models://profile/digits/3',
  'runs://profile/0a1b/x',
  'runs:/../x',
  'runs:/0a1b/../../secrets',
  'runs:/0a1b/./x',
  'runs:/0a1b//x',
  'runs:/a%2fb/x',
  'mlflow-artifacts:/../x',
  'mlflow-artifacts:/',
  'models:/',
  'models:/a/b/c',
  'runs:/0a1b/x?path=y',
  'runs:/0a1b/x#y',
  'file:///etc/passwd',
  's3://bucket/x',
  '/etc/passwd',
  '',
])('%j is no place of that server', (uri) => {
  expect(mlflowPlace(uri, HOST)).toBeNull();
});

it('no place leads out of itself, whatever is written', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '.', '', 'a', '%2e%2e', '?', '#', '\\', 'm-1'),
    fc.string({ maxLength: 5 }),
  );
  const uris = fc
    .tuple(
      fc.constantFrom('runs:/', 'models:/', 'mlflow-artifacts:/', 'mlflow-artifacts://h/'),
      fc.array(part, { maxLength: 5 }),
    )
    .map(([scheme, parts]) => scheme + parts.join('/'));
  fc.assert(
    fc.property(uris, (uri) => {
      const place = mlflowPlace(uri, 'h');
      if (place === null) return;
      const names = Object.values(place).flatMap((text) => text.split('/'));
      if (place.kind !== 'run') expect(names).not.toContain('');
      for (const name of names) expect(['..', '.']).not.toContain(name);
      if (place.kind === 'run') expect(place.runId).toMatch(/^[\w-]+$/);
      if (place.kind === 'logged-model') expect(place.modelId).toMatch(/^[\w-]+$/);
    }),
  );
});
