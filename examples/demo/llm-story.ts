import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiClient } from './api-client.ts';
import { LiveView, table } from './live-view.ts';
import { askStoryteller, readBook, type StorytellerSeen, topicsOf } from './llm-callers.ts';
import { LLM_POLICY, STREAMED_TEXT } from './llm-policy.ts';
import { type Check, failedIn, follow, freeName, playRelease, type Release, servedTo } from './release.ts';
import { NOTHING_SEEN, Traffic } from './traffic.ts';

const ANSWERS_PER_SECOND = 25;
const QUIET_ANSWERS = 50;

/** `npm run demo -- llm`: three releases of a language model whose callers are OpenAI's own client, streaming. */
export async function playLlmStory(
  api: ApiClient,
  gatewayUrl: string,
  examples: string,
  say: (line: string) => void,
): Promise<readonly Check[]> {
  const view = new LiveView(say);
  const folder = path.join(examples, 'llm');
  const book = await readBook(path.join(folder, 'fables.txt'));
  const model = await freeName(api, 'storyteller');
  const register = async (version: Record<string, unknown>): Promise<{ rolloutId: string }> => {
    const { model: name, ...rest } = version;
    const answer = await api.post<{ rollout: { id: string } }>(`/models/${String(name)}/versions`, rest);
    return { rolloutId: answer.rollout.id };
  };
  await api.post('/models', { name: model, policy: LLM_POLICY });
  await api.put(`/models/${model}/golden`, { items: [goldenRequest()] });

  view.chapter(`${model} v1 goes live: a language model that looks back two tokens (words and marks).`);
  const first = await follow(
    api,
    view,
    model,
    (await register(await llmManifest(folder, model, 1))).rolloutId,
    () => NOTHING_SEEN,
  );
  if (first.state !== 'succeeded')
    throw new Error(`a first version does not serve: ${first.decision?.because ?? first.state}`);
  const seen: StorytellerSeen = { answers: 0, streamed: 0, last: {} };
  const ask = askStoryteller(`${gatewayUrl}/models/${model}/v1`, topicsOf(book), book, seen);
  const traffic = new Traffic(ask, ANSWERS_PER_SECOND);
  const release = async (n: number): Promise<Release> =>
    playRelease({
      api,
      view,
      traffic,
      register,
      version: await llmManifest(folder, model, n),
      quietRequests: QUIET_ANSWERS,
    });

  view.chapter(
    `${model} v2 looks back four tokens. It is compared with v1 on copies first, then serves callers.`,
  );
  const v2 = await release(2);
  say(`   v1 said: ${seen.last['1'] ?? ''}\n   v2 says: ${seen.last['2'] ?? ''}`);
  view.chapter(
    `${model} v3 is v2 with a mistake: it leaves out the end of its answers, and says "stop" all the same.`,
  );
  const v3 = await release(3);
  await traffic.stop();

  say(`\n${closingTable([v2, v3])}\n`);
  return checksOf(v2, v3, seen);
}

/** A version of the example in `folder`, as CI would register it. */
export async function llmManifest(
  folder: string,
  model: string,
  version: number,
): Promise<Record<string, unknown>> {
  const file = path.join(folder, 'models', `storyteller-v${version}.json`);
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const artifact = { uri: pathToFileURL(file).href, digest: `sha256:${sha256}` };
  return { model, artifact, outputSpec: STREAMED_TEXT, rollout: true };
}

function checksOf(v2: Release, v3: Release, seen: StorytellerSeen): Check[] {
  const reason = v3.rollout.decision?.because ?? '';
  return [
    {
      text: 'v2 earned its way by shadow and canary, and became primary',
      holds: v2.rollout.state === 'succeeded' && v2.wasCanary,
    },
    { text: 'callers get better English than before v2', holds: v2.after.quality > v2.before.quality },
    {
      text: `v3 was rolled back by the judge (${reason})`,
      holds: v3.rollout.state === 'rolled_back' && reason.includes('win rate'),
    },
    {
      text: 'v3 was stopped in the shadow: no caller got half an answer',
      holds: !v3.wasCanary && servedTo(v3) === 0,
    },
    {
      text: 'every caller heard the answer as a stream of tokens',
      holds: seen.answers > 0 && seen.streamed === seen.answers,
    },
    { text: 'no caller saw a failed request', holds: failedIn(v2) + failedIn(v3) === 0 },
  ];
}

function closingTable(releases: readonly Release[]): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  return table(
    ['release', 'outcome', 'reached', 'callers it answered', 'requests', 'failed', 'English before', 'after'],
    releases.map((r) => [
      `${r.model} v${r.rollout.version}`,
      r.rollout.state,
      r.rollout.state === 'succeeded' ? 'primary' : r.wasCanary ? 'canary' : 'shadow',
      String(servedTo(r)),
      String(r.during.requests),
      String(failedIn(r)),
      percent(r.before.quality),
      percent(r.after.quality),
    ]),
  );
}

const goldenRequest = (): unknown => ({
  name: 'tells a fable',
  path: '/v1/chat/completions',
  body: {
    model: 'storyteller',
    messages: [{ role: 'user', content: 'Tell me of the Fox and the Crow' }],
    stream: true,
  },
  expect: [{ path: '$[0].choices[0].delta.role', equals: 'assistant' }],
});
