import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';

/** Real models on real model servers, started by the worker's process deployer. */
let site: Installation;
beforeEach(async () => {
  site = await startInstallation();
});
afterEach(() => site.close());

const POLICY = {
  name: 'short',
  steps: [
    { shadow: { minRequests: 50, maxDuration: '2m' } },
    { canary: { weight: '20%', minRequests: 100, minDuration: '3s', maxDuration: '2m' } },
    { canary: { weight: '50%', minRequests: 300, maxDuration: '2m' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.6 },
    { metric: 'error_rate', maxIncrease: 0.05 },
  ],
};

const pixels = Array.from({ length: 64 }, (_v, i) => (i % 8) * 2);
const QUESTION = JSON.stringify({
  inputs: [{ name: 'pixels', shape: [1, 64], datatype: 'FP32', data: pixels }],
});
const infer = (): string => `${site.gatewayUrl}/models/digits/v2/models/digits/infer`;

async function release(file: string): Promise<string> {
  const models = JSON.parse(await readFile('examples/models/models.json', 'utf8'));
  const artifact = {
    uri: pathToFileURL(path.resolve('examples/models', `${file}.onnx`)).href,
    digest: models[file].digest,
  };
  const answer = await site.api.call('POST', '/models/digits/versions', {
    artifact,
    outputSpec: { kind: 'label', path: '$.outputs[0].data[0]' },
    createModel: true,
    rollout: { policy: POLICY },
  });
  expect(answer.status).toBe(201);
  return answer.body['rollout'].id;
}
const rollout = async (id: string) => (await site.api.call('GET', `/rollouts/${id}`)).body;
const ask = async (): Promise<number> => {
  const response = await fetch(infer(), {
    method: 'POST',
    body: QUESTION,
    headers: { 'content-type': 'application/json' },
  });
  await response.arrayBuffer();
  return response.status;
};
async function firstVersion(): Promise<void> {
  await release('digits-v1');
  await eventually(ask, (status) => status === 200);
}

it('a worker killed in the middle of a canary goes on to the same end, and no caller notices', async () => {
  await firstVersion();
  const callers = startCallers(infer(), () => QUESTION, 150);
  const id = await release('digits-v2');
  await eventually(
    () => rollout(id),
    (r) => r['step']?.kind === 'canary' && r['step'].startedAt !== null,
  );
  await site.worker.kill('SIGKILL');
  const frozen = await rollout(id);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await rollout(id))['revision']).toBe(frozen['revision']);
  site.worker = await site.startWorker();
  expect(
    (
      await eventually(
        () => rollout(id),
        (r) => r['endedAt'] !== null,
        120_000,
      )
    )['state'],
  ).toBe('succeeded');
  const { statuses } = await callers.stop();
  expect(Object.keys(statuses)).toEqual(['200']);
  const types = (await site.api.call('GET', `/rollouts/${id}/events`)).body['items'].map(
    (e: { type: string }) => e.type,
  );
  expect(types.filter((type: string) => type === 'rollout.advanced')).toHaveLength(3);
  expect(types.filter((type: string) => type === 'rollout.promoted')).toHaveLength(1);
}, 240_000);

it('a killed api stops no answer; neither does a gateway that starts again meanwhile; afterwards all goes on', async () => {
  await firstVersion();
  await site.api.process.kill('SIGKILL');
  for (let i = 0; i < 20; i++) expect(await ask()).toBe(200);
  await site.gateway.kill('SIGKILL');
  site.gateway = await site.startGateway();
  for (let i = 0; i < 20; i++) expect(await ask()).toBe(200);

  await site.startApiAgain();
  const callers = startCallers(infer(), () => QUESTION, 150);
  const id = await release('digits-v2');
  expect(
    (
      await eventually(
        () => rollout(id),
        (r) => r['endedAt'] !== null,
        120_000,
      )
    )['state'],
  ).toBe('succeeded');
  expect(Object.keys((await callers.stop()).statuses)).toEqual(['200']);
}, 240_000);

it('a model server that dies is started again at the same place', async () => {
  await firstVersion();
  const before = (await site.api.call('GET', '/models/digits/route')).body;
  const { pid } = JSON.parse(
    await readFile(path.join(site.home, 'deployments', await onlyRecord()), 'utf8'),
  ).process;
  process.kill(pid, 'SIGKILL');
  await eventually(
    async () => ask(),
    (status) => status !== 200,
    5_000,
  );
  await eventually(ask, (status) => status === 200);
  expect((await site.api.call('GET', '/models/digits/route')).body['primary']).toEqual(before['primary']);
}, 60_000);

async function onlyRecord(): Promise<string> {
  const { readdir } = await import('node:fs/promises');
  return (await readdir(path.join(site.home, 'deployments'))).filter((f) => f.endsWith('.json'))[0] ?? '';
}
