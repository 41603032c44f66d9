import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '#libs/processes';
import { eventually, startInstallation } from '../support/installation.ts';

/** A model that loads Python, scikit-learn and MLflow takes half a minute, and more on a busy machine. */
const LOADS_MS = 300_000;

/**
 * From `log_model` to primary, with nothing by hand: a training script registers, and the operator's command is MLflow's own
 * `mlflow models serve`, which asks our registry where the files are and MLflow's tracking server for them.
 */
export async function playServed(
  python: string,
  tracking: string,
  home: string,
  say: (line: string) => void,
): Promise<{ readonly total: number; readonly failed: number }> {
  const apiPort = String(await freePort());
  const registry = `http://127.0.0.1:${apiPort}`;
  const its = await startInstallation({
    API_PORT: apiPort,
    DEPLOYER_COMMAND: `"${python}" -m mlflow models serve -m models:/{model}/{version} -p {port} -h 127.0.0.1 --env-manager local`,
    ...{ DEPLOYER_ENV: 'MLFLOW_*', DEPLOYER_READY_MS: String(LOADS_MS), DEPLOYER_USERS: 'off' },
  });
  const token = await its.api.token('publish', 'read');
  const client = {
    MLFLOW_TRACKING_URI: tracking,
    MLFLOW_REGISTRY_URI: registry,
    MLFLOW_TRACKING_TOKEN: token,
  };
  await its.worker.kill('SIGTERM');
  its.worker = await its.startWorker({
    ...client,
    PATH: `${path.dirname(python)}:${process.env['PATH'] ?? ''}`,
  });
  let failed = 0;
  const step = async (name: string, play: () => Promise<void>): Promise<void> => {
    if (failed > 0) return void failed++;
    await play().catch(async (error: unknown) => {
      failed++;
      const { deployment } = (await its.api.call('GET', '/models/sum/versions/1')).body ?? {};
      say(`✕ ${name}\n    ${String(error)}\n    ${JSON.stringify(deployment)}`);
    });
  };
  try {
    let predicted: readonly number[] = [];
    await step('a plain training script registers its model', async () => {
      const create = { name: 'sum' };
      await its.api.call('POST', '/api/2.0/mlflow/registered-models/create', create);
      await its.api.call('PATCH', '/models/sum', { autoRollout: true });
      const { stdout } = await promisify(execFile)(
        python,
        [path.resolve('test/mlflow/train_and_register.py'), tracking, registry, 'sum', '1'],
        { cwd: home, env: { PATH: process.env['PATH'], HOME: home, ...client } },
      );
      const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { predicted: number[] };
      predicted = said.predicted;
    });
    await step('it becomes primary, served by mlflow models serve', async () => {
      await eventually(
        async () => (await its.api.call('GET', '/models/sum')).body,
        ({ primary }) => primary === 1,
        LOADS_MS,
      );
    });
    await step('callers get what it predicts', async () => {
      const answer = await fetch(`${its.gatewayUrl}/models/sum/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          inputs: [
            [0, 1],
            [2, 3],
          ],
        }),
      });
      const text = await answer.text();
      const { predictions = [] } = JSON.parse(text) as { predictions?: number[] };
      const isSame = predictions.every((one, i) => Math.abs(one - (predicted[i] ?? NaN)) < 1e-9);
      if (answer.status !== 200 || predictions.length !== 2 || !isSame)
        throw new Error(`answered ${answer.status} ${text}, and not ${JSON.stringify(predicted)}`);
    });
  } finally {
    await its.close();
  }
  return { total: 3, failed };
}
