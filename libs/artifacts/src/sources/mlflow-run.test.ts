import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askedRun, runOfMlflow } from './mlflow-run.ts';

let said: unknown;
const URL_OF_MLFLOW = 'http://mlflow:5000';
const ask = () =>
  runOfMlflow(
    { url: URL_OF_MLFLOW, authorization: null, fetch: async () => new Response(JSON.stringify(said)) },
    'r1',
  );
const info = { run_id: 'r1', experiment_id: '7', run_name: 'calm-fox' };

it('gives metrics, parameters, commit and data set of a run', async () => {
  said = {
    run: {
      info,
      data: {
        metrics: [{ key: 'rmse', value: 0.25, step: 3 }],
        params: [{ key: 'depth', value: '4' }],
        tags: [
          { key: 'mlflow.source.git.commit', value: 'c0ffee' },
          { key: 'mlflow.user', value: 'ubuntu' },
        ],
      },
      inputs: {
        dataset_inputs: [
          { dataset: { name: 'eval', digest: 'e1' }, tags: [{ key: 'mlflow.data.context', value: 'eval' }] },
          {
            dataset: { name: 'sales', digest: 's1' },
            tags: [{ key: 'mlflow.data.context', value: 'training' }],
          },
        ],
      },
    },
  };
  expect(await ask()).toEqual({
    metrics: { rmse: 0.25 },
    source: {
      ...{ mlflowRun: 'r1', mlflowRunName: 'calm-fox', mlflowExperiment: '7', commit: 'c0ffee' },
      ...{ runUrl: `${URL_OF_MLFLOW}/#/experiments/7/runs/r1`, 'param.depth': '4' },
    },
    dataset: { name: 'sales', digest: 's1' },
    unread: [],
  });
});

it('is found by the logged model, where the client names no run', async () => {
  const asked: string[] = [];
  const of = (uri: string, info_of_model: unknown) =>
    askedRun(
      {
        url: URL_OF_MLFLOW,
        authorization: null,
        fetch: async (to) => {
          asked.push(String(to).slice(URL_OF_MLFLOW.length));
          const isModel = String(to).includes('logged-models');
          return new Response(
            JSON.stringify(isModel ? { model: { info: info_of_model } } : { run: { info } }),
          );
        },
      },
      { id: null, uri },
    );
  expect(await of('models:/m-1a', { source_run_id: 'r1' })).toMatchObject({ source: { mlflowRun: 'r1' } });
  expect(asked).toEqual(['/api/2.0/mlflow/logged-models/m-1a', '/api/2.0/mlflow/runs/get?run_id=r1']);
  for (const [uri, said] of [
    ['models:/m-1a', { source_run_id: '' }],
    ['models:/m-1a', null],
    ['models:/theirs/1', {}],
    ['s3://b/m', {}],
  ] as const)
    expect(await of(uri, said)).toBeNull();
});

it('leaves out what is no number, and says so', async () => {
  const metrics = [
    { key: 'loss', value: 'NaN' },
    { key: 'auc', value: 0.9 },
    { key: 'huge', value: 1e300 },
  ];
  said = { run: { info, data: { metrics } } };
  expect(await ask()).toMatchObject({
    metrics: { auc: 0.9 },
    unread: ['2 of 3 metrics of the run are not kept: loss is NaN'],
  });
});

it('is bounded, and can be stored, whatever the server answers', async () => {
  const key = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('__proto__', 'a\0'));
  const list = fc.array(
    fc.record({ key, value: fc.oneof(fc.double(), fc.string({ unit: 'binary' }), fc.anything()) }),
    {
      maxLength: 20,
    },
  );
  await fc.assert(
    fc.asyncProperty(list, list, async (metrics, params) => {
      said = { run: { info, data: { metrics, params, tags: params } } };
      const facts = await ask();
      const text = JSON.stringify(facts);
      expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      expect(Object.values(facts.metrics).every((one) => Number.isFinite(one))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it.each([[{}], [{ run: null }], [[]], [{ run: { info: { run_id: 7 } } }]])('refuses %j', async (answer) => {
  said = answer;
  await expect(ask()).rejects.toThrow(/does not describe the run r1 as MLflow does/);
});
