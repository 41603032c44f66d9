import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiClient } from './api-client.ts';
import { LiveView, table } from './live-view.ts';
import { DEMO_POLICY } from './policy.ts';
import {
  type Check,
  failedIn,
  follow,
  freeName,
  playRelease,
  type Register,
  type Release,
  servedTo,
} from './release.ts';
import { digitQuestions, rankingQuestions } from './questions.ts';
import { askOpenInference, NOTHING_SEEN, type Question, Traffic } from './traffic.ts';

const DIGITS_PER_SECOND = 200;
const RANKINGS_PER_SECOND = 40;

/** Plays the story against a running system. Returns what was claimed and whether it held. */
export async function playStory(
  api: ApiClient,
  gatewayUrl: string,
  examples: string,
  say: (line: string) => void,
): Promise<readonly Check[]> {
  const view = new LiveView(say);
  const data = path.join(examples, 'data');
  const models = JSON.parse(await readFile(path.join(examples, 'models', 'models.json'), 'utf8')) as Record<
    string,
    { digest: string; metrics: Record<string, number> }
  >;
  const digits = await freeName(api, 'digits');
  const ranker = await freeName(api, 'ranker');
  const doors = await openDoors(api, digits);

  const manifest = (model: string, file: string, outputSpec: unknown): Record<string, unknown> => ({
    model,
    artifact: {
      uri: pathToFileURL(path.join(examples, 'models', `${file}.onnx`)).href,
      digest: models[file]?.digest,
    },
    metrics: models[file]?.metrics ?? {},
    outputSpec,
    createModel: true,
    rollout: true,
  });
  const digit = (file: string) => manifest(digits, file, { kind: 'label', path: '$.outputs[0].data[0]' });
  const ranking = (file: string) =>
    manifest(ranker, file, { kind: 'ranking', path: '$.outputs[0].data', minCorrelation: 0.5 });
  const rest: Register = async ({ model, ...version }) => {
    const answer = await api.post<{ rollout: { id: string } }>(`/models/${String(model)}/versions`, version);
    return { rolloutId: answer.rollout.id };
  };

  // Whose releases may only tighten it: the webhooks below are no admin's word.
  for (const name of [digits, ranker]) await api.post('/models', { name, policy: DEMO_POLICY });
  // A few held-out questions, each with what any sound answer holds: they also warm a new server up.
  const digitGolden = await digitQuestions(data);
  const rankingGolden = await rankingQuestions(data);
  const golden = (model: string, questions: readonly Question[], expect: readonly unknown[]) =>
    api.put(`/models/${model}/golden`, {
      items: questions.slice(0, 5).map(({ body }, i) => ({
        name: `held-out ${i + 1}`,
        path: `/v2/models/${model}/infer`,
        body: JSON.parse(body) as unknown,
        expect,
      })),
    });
  await golden(digits, digitGolden, [{ path: '$.outputs[0].data[0]', min: 0, max: 9 }]);
  await golden(ranker, rankingGolden, [{ path: '$.outputs[0].name', equals: 'score' }]);

  view.chapter(
    `Two models go live: ${digits} v1 (logistic regression on handwritten digits) and ${ranker} v1.`,
  );
  const first = [await rest(digit('digits-v1')), await rest(ranking('ranker-v1'))];
  for (const { rolloutId } of first) {
    const { state, decision } = await follow(api, view, digits, rolloutId, () => NOTHING_SEEN);
    if (state !== 'succeeded')
      throw new Error(`a first version does not serve: ${decision?.because ?? state}`);
  }
  const callers = (model: string, questions: readonly Question[], perSecond: number): Traffic =>
    new Traffic(
      askOpenInference(`${gatewayUrl}/models/${model}/v2/models/${model}/infer`, questions),
      perSecond,
    );
  const digitTraffic = callers(digits, digitGolden, DIGITS_PER_SECOND);
  const release = (
    traffic: Traffic,
    register: Register,
    version: Record<string, unknown>,
  ): Promise<Release> => playRelease({ api, view, traffic, register, version });

  view.chapter(`${digits} v2, clearly better, arrives by a GitHub webhook.`);
  const v2 = await release(digitTraffic, doors.github, digit('digits-v2'));
  view.chapter(
    `${digits} v3 arrives by a Standard Webhook. It will start to fail after some hundreds of requests.`,
  );
  const v3 = await release(digitTraffic, doors.standard, digit('digits-v3'));
  view.chapter(
    `${digits} v4 is registered over REST. Its labels are permuted: no error, only wrong answers.`,
  );
  const v4 = await release(digitTraffic, rest, digit('digits-v4'));
  await digitTraffic.stop();
  view.chapter(`${ranker} v2 is registered over REST. Its ranking is reversed.`);
  const rankTraffic = callers(ranker, rankingGolden, RANKINGS_PER_SECOND);
  const r2 = await release(rankTraffic, rest, ranking('ranker-v2'));
  await rankTraffic.stop();

  const all = [v2, v3, v4, r2];
  say(`\n${closingTable(all)}\n`);
  return checksOf(v2, v3, v4, r2);
}

function checksOf(v2: Release, v3: Release, v4: Release, r2: Release): Check[] {
  const all = [v2, v3, v4, r2];
  const failed = all.reduce((sum, r) => sum + failedIn(r), 0);
  return [
    { text: 'v2 became primary by itself', holds: v2.rollout.state === 'succeeded' && v2.wasCanary },
    { text: 'callers get better answers than before v2', holds: v2.after.quality > v2.before.quality },
    {
      text: 'v3 passed the shadow, served callers as a canary, and was rolled back',
      holds: v3.rollout.state === 'rolled_back' && v3.wasCanary && servedTo(v3) > 0,
    },
    {
      text: 'v4 was stopped in the shadow, and no caller saw an answer of it',
      holds: v4.rollout.state === 'rolled_back' && !v4.wasCanary && servedTo(v4) === 0,
    },
    {
      text: 'the reversed ranker was stopped in the shadow, and no caller saw it',
      holds: r2.rollout.state === 'rolled_back' && !r2.wasCanary && servedTo(r2) === 0,
    },
    {
      text: 'no caller saw a failed request',
      holds: failed === 0 && all.every((r) => r.before.requests > 0 && r.after.requests > 0),
    },
    {
      text: 'after each rollback callers get what they got before',
      holds: [v3, v4, r2].every((r) => Math.abs(r.after.quality - r.before.quality) < 0.05),
    },
  ];
}

function closingTable(releases: readonly Release[]): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  return table(
    ['release', 'outcome', 'reached', 'callers it answered', 'requests', 'failed', 'before', 'after'],
    releases.map((r) => [
      `${r.model} v${r.rollout.version}`,
      r.rollout.state,
      r.rollout.state === 'succeeded' ? 'primary' : r.wasCanary ? 'canary' : 'shadow',
      String(r.during.byVersion[String(r.rollout.version)] ?? 0),
      String(r.during.requests),
      String(failedIn(r)),
      r.model.startsWith('ranker') ? `tau ${r.before.quality.toFixed(2)}` : percent(r.before.quality),
      r.model.startsWith('ranker') ? `tau ${r.after.quality.toFixed(2)}` : percent(r.after.quality),
    ]),
  );
}

/** Two webhook sources for the digits, as an admin would add them. */
async function openDoors(api: ApiClient, model: string): Promise<{ github: Register; standard: Register }> {
  type Source = { name: string; secret: string };
  const github = await api.post<Source>('/webhook-sources', {
    name: `${model}-github`,
    kind: 'github',
    models: [model],
    repository: 'example/digits',
  });
  const standard = await api.post<Source>('/webhook-sources', {
    name: `${model}-standard`,
    kind: 'standard',
    models: [model],
  });
  return {
    github: (version) => api.githubDispatch(github.name, github.secret, version),
    standard: (version) => api.standardWebhook(standard.name, standard.secret, version),
  };
}
