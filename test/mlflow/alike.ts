import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';

/** Servers that load Python, scikit-learn and MLflow take half a minute, and more on a busy machine. */
const LOADS_MS = 300_000;
/** Requests at the same time. */
const AT_ONCE = 4;
const ROWS = 1_000;
const MODELS = ['price', 'by16', 'by64'] as const;

/** What is like in a shadow is promoted at once: these are no tests of steps. */
const POLICY = {
  name: 'alike',
  steps: [{ checks: {} }, { shadow: { sample: '100%', minRequests: 100, maxDuration: '5m' } }],
  gates: [{ metric: 'agreement', in: ['shadow'], min: 0.9 }],
  onUndecided: 'rollback',
};

/**
 * What MLmodel says is enough to judge by: of models that differ by little the next version is promoted, however callers batch, and one
 * whose labels are wrong is not. Files, signature, output spec, example and run come from MLflow's own server, and `DEPLOYER_COMMAND=mlflow` serves.
 */
export async function playAlike(
  python: string,
  tracking: string,
  home: string,
  say: (line: string) => void,
): Promise<{ readonly total: number; readonly failed: number }> {
  const env = { MLFLOW_TRACKING_URI: tracking, PATH: `${path.dirname(python)}:${process.env['PATH'] ?? ''}` };
  const its = await startInstallation({ ...env, DEPLOYER_COMMAND: 'mlflow', DEPLOYER_USERS: 'off' });
  const token = await its.api.token('publish', 'read');
  let [total, failed] = [0, 0];
  const step = async (name: string, play: () => Promise<void>): Promise<void> => {
    total++;
    // What follows rests on what failed.
    if (failed > 0) return void failed++;
    await play().catch(async (error: unknown) => {
      failed++;
      const rollouts = await Promise.all(
        MODELS.map(
          async (model) => (await its.api.call('GET', `/models/${model}/rollouts`)).body['items'] as Json[],
        ),
      );
      say(`✕ ${name}\n    ${String(error)}\n    ${JSON.stringify(rollouts.map(([newest]) => newest))}`);
    });
  };
  const register = async (version: number): Promise<void> => {
    const words = [path.resolve('test/mlflow/train_alike.py'), tracking, its.api.url, String(version)];
    await promisify(execFile)(python, words, {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, MLFLOW_TRACKING_TOKEN: token },
    });
  };
  const ended = (model: string, version: number): Promise<Json> =>
    eventually(
      async () => ((await its.api.call('GET', `/models/${model}/rollouts`)).body['items'] as Json[])[0] ?? {},
      (rollout) => rollout['version'] === version && rollout['endedAt'] !== null,
      LOADS_MS,
    );
  const same = (found: unknown, expected: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`found ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`);
  };
  const outcome = async (model: string, version: number): Promise<readonly unknown[]> => {
    const traffic = callUntil(its, model, ended(model, version));
    const rollout = await traffic;
    return [model, rollout['state'], (await its.api.call('GET', `/models/${model}`)).body['primary']];
  };
  try {
    await step('training scripts register, and what MLmodel and the run say is on the record', async () => {
      for (const name of MODELS) {
        await its.api.call('POST', '/api/2.0/mlflow/registered-models/create', { name });
        await its.api.call('PUT', `/models/${name}/policy`, POLICY);
        await its.api.call('PATCH', `/models/${name}`, { autoRollout: true });
      }
      await register(1);
      const { body } = await its.api.call('GET', '/models/price/versions/1');
      const near = { tolerance: 1e-6, relativeTolerance: 1e-3 };
      same(sorted(body['outputSpec']), sorted({ kind: 'score', path: '$.predictions[*]', ...near }));
      same(body['signature']?.input?.items?.maxItems, 2);
      same([body['metrics']?.rows, body['source']?.['param.version']], [10, '1']);
      const label = (await its.api.call('GET', '/models/by64/versions/1')).body['outputSpec'];
      same(sorted(label), sorted({ kind: 'label', path: '$.predictions[*]' }));
    });
    await step('first versions serve, and have answered their input example', async () => {
      for (const model of MODELS) {
        const rollout = await ended(model, 1);
        same([model, rollout['state']], [model, 'succeeded']);
        const { body } = await its.api.call('GET', `/rollouts/${rollout['id']}`);
        const golden = (body['checks'] as Json[]).find((one) => one['check'] === 'golden');
        same([golden?.['outcome'], golden?.['because']], ['pass', "MLmodel's input example is answered"]);
      }
    });
    await step('regressors 0.00001 apart and classifiers alike in 99.2 % of rows are promoted', async () => {
      await register(2);
      same(
        await Promise.all(MODELS.map((model) => outcome(model, 2))),
        MODELS.map((model) => [model, 'succeeded', 2]),
      );
    });
    await step('wrongly encoded labels are rolled back', async () => {
      await register(3);
      same(await outcome('by64', 3), ['by64', 'rolled_back', 2]);
    });
  } finally {
    await its.close();
  }
  return { total, failed };
}

const sorted = (value: Json): unknown => Object.entries(value).sort();

/** Sends requests until something has come, each of another unit. */
async function callUntil<T>(its: Installation, model: string, until: Promise<T>): Promise<T> {
  let [isOver, sent] = [false, 0];
  const over = until.finally(() => (isOver = true));
  const caller = async (): Promise<void> => {
    while (!isOver) {
      const n = sent++;
      const answer = await fetch(`${its.gatewayUrl}/models/${model}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-understudy-unit': `${model}-${n}` },
        body: JSON.stringify({ inputs: batchOf(model, n) }),
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${model} answers ${answer.status} ${text}`);
    }
  };
  const [found] = await Promise.all([over, ...Array.from({ length: AT_ONCE }, caller)]);
  return found;
}

/** Every row as often as any other, in an order that looks like none. */
function batchOf(model: string, n: number): readonly (readonly number[])[] {
  const size = model === 'by64' ? 64 : 16;
  return Array.from({ length: size }, (_, i) => {
    const row = ((n * size + i) * 617) % ROWS;
    return model === 'price' ? [row, row + 1] : [row];
  });
}
