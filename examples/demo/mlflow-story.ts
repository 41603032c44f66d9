import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ApiClient } from './api-client.ts';
import { LiveView, table } from './live-view.ts';
import { MLFLOW_POLICY } from './mlflow-policy.ts';
import { digitRows } from './questions.ts';
import { type Check, failedIn, follow, freeName, playRelease, type Release, servedTo } from './release.ts';
import { askOpenInference, NOTHING_SEEN, Traffic } from './traffic.ts';

/** One worker of `mlflow models serve` answers some 100 requests a second on a core, and it shares the cores. */
const REQUESTS_PER_SECOND = 20;
const QUIET_REQUESTS = 100;
type Recipe = 'small' | 'large' | 'mistaken';

/** How the story's training script is run. */
export interface Training {
  /** The Python that has MLflow. */
  readonly python: string;
  /** MLflow's tracking server. */
  readonly trackingUri: string;
  /** Understudy as a registry, with a token that may publish: `http://any:us_…@host:port`. */
  readonly registryUri: string;
  /** Where it may write. */
  readonly home: string;
}

/** `npm run demo -- mlflow`: an MLflow team's training script registers three versions, and does nothing else. */
export async function playMlflowStory(
  api: ApiClient,
  gatewayUrl: string,
  examples: string,
  say: (line: string) => void,
  training: Training,
): Promise<readonly Check[]> {
  const view = new LiveView(say);
  const model = await freeName(api, 'mlflow-digits');
  await api.post('/models', { name: model, policy: MLFLOW_POLICY });
  await api.patch(`/models/${model}`, { autoRollout: true });
  const train = async (recipe: Recipe): Promise<{ rolloutId: string }> => {
    say(`   $ python examples/mlflow/train.py --name ${model} --recipe ${recipe}`);
    say(`   ${await runTraining(training, path.join(examples, 'mlflow', 'train.py'), model, recipe)}`);
    const { items } = await api.get<{ items: { id: string }[] }>(`/models/${model}/rollouts`);
    return { rolloutId: items[0]?.id ?? '' };
  };

  view.chapter(
    `${model} v1: MLflow's client registers what log_model has logged; its files are read from the tracking server, and mlflow models serve loads them (half a minute).`,
  );
  const first = await follow(api, view, model, (await train('small')).rolloutId, () => NOTHING_SEEN);
  if (first.state !== 'succeeded')
    throw new Error(`a first version does not serve: ${first.decision?.because ?? first.state}`);
  const { outputSpec } = await api.get<{ outputSpec: unknown }>(`/models/${model}/versions/1`);
  say(`   MLmodel says how its answers are compared: ${JSON.stringify(outputSpec)}`);

  const questions = await digitRows(path.join(examples, 'data'));
  const traffic = new Traffic(
    askOpenInference(`${gatewayUrl}/models/${model}/invocations`, questions),
    REQUESTS_PER_SECOND,
  );
  const release = (recipe: Recipe): Promise<Release> =>
    playRelease({
      ...{ api, view, traffic, quietRequests: QUIET_REQUESTS },
      register: () => train(recipe),
      version: { model },
    });
  view.chapter(`${model} v2 has learnt from 1,000 digits instead of 200.`);
  const v2 = await release('large');
  view.chapter(
    `${model} v3: its label encoder was fitted on the digits' names. Its own accuracy says 100 %.`,
  );
  const v3 = await release('mistaken');
  await traffic.stop();

  say(`\n${closingTable([v2, v3])}\n`);
  return checksOf(v2, v3);
}

async function runTraining(
  { python, trackingUri, registryUri, home }: Training,
  script: string,
  name: string,
  recipe: Recipe,
): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, PYTHONWARNINGS: 'ignore' };
  const { stdout } = await promisify(execFile)(python, [script, '--name', name, '--recipe', recipe], {
    cwd: home,
    env: { ...env, MLFLOW_TRACKING_URI: trackingUri, MLFLOW_REGISTRY_URI: registryUri },
  });
  return stdout.trim().split('\n').at(-1) ?? '';
}

function checksOf(v2: Release, v3: Release): Check[] {
  return [
    {
      text: 'v2 earned its way by shadow and canary, and became primary by itself',
      holds: v2.rollout.state === 'succeeded' && v2.wasCanary,
    },
    { text: 'callers get better answers than before v2', holds: v2.after.quality > v2.before.quality },
    {
      text: `v3 was stopped in the shadow, and no caller saw an answer of it (${v3.rollout.decision?.because ?? ''})`,
      holds: v3.rollout.state === 'rolled_back' && !v3.wasCanary && servedTo(v3) === 0,
    },
    { text: 'no caller saw a failed request', holds: failedIn(v2) + failedIn(v3) === 0 },
  ];
}

function closingTable(releases: readonly Release[]): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  return table(
    [
      'release',
      'outcome',
      'reached',
      'callers it answered',
      'requests',
      'failed',
      'accuracy before',
      'after',
    ],
    releases.map((r) => [
      ...[`${r.model} v${r.rollout.version}`, r.rollout.state],
      r.rollout.state === 'succeeded' ? 'primary' : r.wasCanary ? 'canary' : 'shadow',
      ...[servedTo(r), r.during.requests, failedIn(r)].map(String),
      ...[r.before.quality, r.after.quality].map(percent),
    ]),
  );
}
