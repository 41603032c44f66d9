import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ApiClient, RolloutView } from './api-client.ts';
import { LiveView, table } from './live-view.ts';
import { DEMO_POLICY } from './policy.ts';
import { digitQuestions, rankingQuestions } from './questions.ts';
import { addSeen, NOTHING_SEEN, type Question, type Seen, Traffic } from './traffic.ts';

const DIGITS_PER_SECOND = 200;
const RANKINGS_PER_SECOND = 40;
const ROLLOUT_MS = 240_000;
/** Long enough, and enough answers, to measure what callers get when nothing changes. */
const QUIET_MS = 2_500;
const QUIET_MS_AT_MOST = 15_000;
const QUIET_REQUESTS = 200;

interface Release {
  readonly model: string;
  readonly rollout: RolloutView;
  readonly wasCanary: boolean;
  readonly before: Seen;
  readonly during: Seen;
  readonly after: Seen;
}

/** One part of the story, and whether it held. */
export interface Check {
  readonly text: string;
  readonly holds: boolean;
}

type Register = (manifest: Record<string, unknown>) => Promise<{ rolloutId: string }>;

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
    new Traffic(`${gatewayUrl}/models/${model}/v2/models/${model}/infer`, questions, perSecond);
  const digitTraffic = callers(digits, digitGolden, DIGITS_PER_SECOND);
  const release = async (
    traffic: Traffic,
    register: Register,
    version: Record<string, unknown>,
  ): Promise<Release> => {
    traffic.take();
    const before = await quiet(traffic);
    let during = NOTHING_SEEN;
    const { rolloutId } = await register(version);
    const model = String(version['model']);
    const rollout = await follow(
      api,
      view,
      model,
      rolloutId,
      () => (during = addSeen(during, traffic.take())),
    );
    during = addSeen(during, traffic.take());
    const after = await quiet(traffic);
    const { items } = await api.get<{ items: { type: string; data: { mode?: string } }[] }>(
      `/rollouts/${rolloutId}/events`,
    );
    view.chapter(`   → ${rollout.state}: ${rollout.decision?.because ?? ''}`);
    return {
      model,
      rollout,
      before,
      during,
      after,
      wasCanary: items.some((e) => e.type === 'rollout.advanced' && e.data.mode === 'canary'),
    };
  };

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
  const failed = all.reduce((sum, r) => sum + r.before.failed + r.during.failed + r.after.failed, 0);
  const servedTo = (r: Release): number =>
    (r.during.byVersion[String(r.rollout.version)] ?? 0) +
    (r.after.byVersion[String(r.rollout.version)] ?? 0);
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
      String(r.before.failed + r.during.failed + r.after.failed),
      r.model.startsWith('ranker') ? `tau ${r.before.quality.toFixed(2)}` : percent(r.before.quality),
      r.model.startsWith('ranker') ? `tau ${r.after.quality.toFixed(2)}` : percent(r.after.quality),
    ]),
  );
}

/** What callers get while nothing changes. A slow machine takes longer to show it. */
async function quiet(traffic: Traffic): Promise<Seen> {
  await sleep(QUIET_MS);
  let seen = traffic.take();
  for (const until = performance.now() + QUIET_MS_AT_MOST; performance.now() < until; await sleep(200)) {
    if (seen.requests >= QUIET_REQUESTS) break;
    seen = addSeen(seen, traffic.take());
  }
  return seen;
}

/** Watches a rollout until it has ended. */
async function follow(
  api: ApiClient,
  view: LiveView,
  model: string,
  rolloutId: string,
  seen: () => Seen,
): Promise<RolloutView> {
  for (const until = performance.now() + ROLLOUT_MS; performance.now() < until; await sleep(300)) {
    const rollout = await api.get<RolloutView>(`/rollouts/${rolloutId}`);
    view.show(model, rollout, seen());
    if (rollout.endedAt !== null) return rollout;
    if (rollout.state === 'paused')
      throw new Error(`the rollout of ${model} paused: ${rollout.decision?.because ?? ''}`);
  }
  throw new Error(`the rollout of ${model} did not end within ${ROLLOUT_MS / 1_000} s`);
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

/** `digits`, or `digits-2`, … when an earlier demo has left its models in this database. */
async function freeName(api: ApiClient, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!(await api.exists(`/models/${candidate}`))) return candidate;
  }
}
