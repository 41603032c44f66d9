import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient } from '../../examples/demo/api-client.ts';
import { LiveView } from '../../examples/demo/live-view.ts';
import { startStoryJudge } from '../../examples/demo/llm-judge.ts';
import { askStoryteller, type StorytellerSeen, topicsOf } from '../../examples/demo/llm-callers.ts';
import { LLM_POLICY } from '../../examples/demo/llm-policy.ts';
import { llmManifest } from '../../examples/demo/llm-story.ts';
import { follow, playRelease, servedTo } from '../../examples/demo/release.ts';
import { NOTHING_SEEN, Traffic } from '../../examples/demo/traffic.ts';
import { type Installation, startInstallation } from '../support/installation.ts';

/** The second half of `npm run demo -- llm`: the version that drops the end of its answers. */
let site: Installation;
let judge: Awaited<ReturnType<typeof startStoryJudge>>;
let api: ApiClient;
beforeAll(async () => {
  const server = path.resolve('dist/examples/llm/main.js');
  judge = await startStoryJudge(path.resolve('examples'));
  site = await startInstallation({
    DEPLOYER_COMMAND: `"${process.execPath}" "${server}" --artifact {artifact} --port {port}`,
    DEPLOYER_USERS: 'off',
    ...judge.settings,
  });
  api = new ApiClient(site.api.url, await site.api.token('admin'));
}, 120_000);
afterAll(async () => {
  await site.close();
  judge.stop();
});

const folder = path.resolve('examples/llm');
const view = new LiveView(() => undefined);
const register = async ({ model, ...version }: Record<string, unknown>) => {
  const url = `/models/${String(model)}/versions`;
  return { rolloutId: (await api.post<{ rollout: { id: string } }>(url, version)).rollout.id };
};

/** v2 serves, v3 is released under traffic by these gates. */
async function releaseV3(model: string, gates: readonly unknown[]) {
  await api.post('/models', {
    name: model,
    policy: { ...LLM_POLICY, steps: LLM_POLICY.steps.slice(1), gates },
  });
  const prices = { input: 0.5, output: 4, versions: { 2: { input: 1, output: 4 } } };
  expect(await site.api.call('PUT', `/models/${model}/prices`, prices)).toMatchObject({ status: 200 });
  const { rolloutId } = await register(await llmManifest(folder, model, 2));
  expect(await follow(api, view, model, rolloutId, () => NOTHING_SEEN)).toMatchObject({ state: 'succeeded' });

  const book = await readFile(path.join(folder, 'fables.txt'), 'utf8');
  const seen: StorytellerSeen = { answers: 0, streamed: 0, last: {} };
  const ask = askStoryteller(`${site.gatewayUrl}/models/${model}/v1`, topicsOf(book), book, seen);
  const traffic = new Traffic(ask, 30);
  const version = await llmManifest(folder, model, 3);
  const release = await playRelease({ api, view, traffic, register, version, quietRequests: 10 });
  await traffic.stop();
  expect(release).toMatchObject({ rollout: { state: 'rolled_back' }, wasCanary: false });
  expect(servedTo(release)).toBe(0);
  expect(release.before.failed + release.during.failed + release.after.failed).toBe(0);
  expect(seen).toMatchObject({ streamed: seen.answers });
  return { id: release.rollout.id, because: release.rollout.decision?.because };
}

it('a version that drops the end of its answers is stopped in the shadow, by its tokens', async () => {
  // Money as well, all the way from prices to a verdict: what leaves out the end of its answers is cheaper.
  const { id, because } = await releaseV3('by-tokens', [
    { metric: 'output_tokens_mean', minRatio: 0.75 },
    { metric: 'cost_mean', maxIncreaseRatio: 1.2, dryRun: true },
  ]);
  expect(because).toMatch(/^output_tokens_mean: [\d.]+ on \d+ against [\d.]+ on \d+/);
  const { verdicts } = (await site.api.call('GET', `/rollouts/${id}`)).body;
  const cost = verdicts.find((verdict: Record<string, unknown>) => verdict['gate'] === 'cost_mean');
  expect(cost).toMatchObject({ dryRun: true, verdict: expect.stringMatching(/pass|undecided/) });
  expect(cost.estimate).toBeLessThan(0);
  const { items } = (await site.api.call('GET', `/rollouts/${id}/evidence`)).body;
  expect(items[0].shadow.usage).toMatchObject({
    costMean: expect.any(Number),
    inputTokensMean: expect.any(Number),
    outputTokensPerSecond: expect.any(Number),
    unpriced: 0,
  });
}, 150_000);

it('… and by the judge, who says how often it lost, and within which bounds', async () => {
  const { because } = await releaseV3('by-judge', LLM_POLICY.gates);
  expect(because).toMatch(
    /^judge_win_rate: win rate [\d.]+% \(\d+ won, \d+ tied, \d+ lost\), between [\d.]+% and [\d.]+%/,
  );
}, 150_000);
