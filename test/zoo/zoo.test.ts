import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { ANIMALS, type Animal } from './animals.ts';
import { serveAnimal } from './serve-animal.ts';

/** `ZOO_SEEDS=20` for the whole table; one seed of each in CI. */
const SEEDS = Number(process.env['ZOO_SEEDS'] ?? 1);
const CALLERS = 12;
const COUNTRIES = ['fr', 'it', 'es', 'pl', 'pt', 'nl', 'se', 'de'];

let site: Installation;
let bodies: Record<Animal['kind'], string[]>;
const lines: string[] = [];
beforeAll(async () => {
  site = await startInstallation();
  bodies = await questions();
});
afterAll(async () => {
  await site.close();
  await Promise.allSettled(playing.values());
  process.stdout.write(`${lines.join('\n')}\n`);
});

async function questions(): Promise<Record<Animal['kind'], string[]>> {
  const read = async <T>(file: string): Promise<T[]> =>
    (JSON.parse(await readFile(`examples/data/${file}`, 'utf8')) as { rows: T[] }).rows;
  const body = (name: string, shape: number[], data: number[]): string =>
    JSON.stringify({ inputs: [{ name, shape, datatype: 'FP32', data }] });
  const digits = await read<{ pixels: number[] }>('digits-held-out.json');
  const rows = await read<{ features: number[] }>('diabetes-held-out.json');
  return {
    digits: digits.map(({ pixels }) => body('pixels', [1, 64], pixels)),
    ranker: rows.map((_row, i) => {
      const items = Array.from(
        { length: 12 },
        (_item, k) => rows[(i + 11 * k) % rows.length]?.features ?? [],
      );
      return body('features', [12, 10], items.flat());
    }),
  };
}

const LONG = { maxDuration: '1h' };
function policyFor(animal: Animal, downstream: string | null) {
  const steps = [
    ...(animal.canaryOnly ? [] : [{ shadow: { minRequests: 400, ...LONG } }]),
    { canary: { weight: '10%', minRequests: 50, ...LONG } },
    { canary: { weight: '50%', minRequests: 300, ...LONG } },
  ];
  const output =
    animal.kind === 'ranker'
      ? [{ metric: 'rank_correlation', min: 0.5 }]
      : [
          // Half of the slots are open from the start: as many as there are countries.
          ...(animal.canaryOnly
            ? []
            : [{ metric: 'agreement', min: 0.8, segments: { header: 'x-country', most: 16 } }]),
          { metric: 'confidence', max: 0.5 },
        ];
  const clicks = animal.clicks ? [{ metric: 'feedback.click', maxDecrease: 0.1, model: downstream }] : [];
  const latency = { maxIncreaseRatio: 1.6, startPeriod: '0s' };
  return {
    name: 'zoo',
    steps,
    gates: [
      { metric: 'error_rate', maxIncrease: 0.02 },
      { metric: 'schema_violations', maxIncrease: 0.02 },
      { metric: 'latency_p95', ...latency },
      { metric: 'latency_p99', maxIncreaseRatio: 5, startPeriod: '0s' },
      ...output,
      ...clicks,
    ],
  };
}

/** Played beside the others, if it is, and looked at as its turn comes. */
const playing = new Map<string, Promise<End>>();
const TURNS = [...ANIMALS].sort((one, other) => Number(one.beside ?? false) - Number(other.beside ?? false));

describe.each(Array.from({ length: SEEDS }, (_s, seed) => seed))('the zoo, seed %d', (seed) => {
  beforeAll(() => {
    for (const animal of ANIMALS.filter(({ beside }) => beside)) {
      const end = playAnimal(animal, seed);
      // Its test says so, once it is that test's turn.
      end.catch(() => undefined);
      playing.set(animal.name, end);
    }
  });
  it.each(TURNS.map((animal) => [animal.name, animal] as const))(
    '%s',
    async (name, animal) => {
      const { state, because } = await (playing.get(name) ?? playAnimal(animal, seed));
      expect({ name, state, because }).toEqual({
        name,
        state: animal.end,
        because: animal.caughtBy ? expect.stringMatching(animal.caughtBy) : because,
      });
    },
    540_000,
  );
});

interface End {
  readonly state: string;
  readonly because: string;
}

/** Releases the animal with callers on it, until its rollout has ended. */
async function playAnimal(animal: Animal, seed: number): Promise<End> {
  const place = ANIMALS.indexOf(animal);
  const random = seededRandom(1_000 * seed + place);
  const model = `zoo-${seed}-${place}`;
  const usual = animal.usualMs === undefined ? {} : { usualMs: animal.usualMs };
  const good = await serveAnimal(animal.primary, usual, random);
  const candidate = await serveAnimal(animal.candidate, { ...usual, ...animal.spoil }, random);
  const path = animal.kind === 'digits' ? '$.outputs[1].data' : '$.outputs[0].data';
  const outputSpec =
    animal.kind === 'digits'
      ? { kind: 'probabilities', path }
      : { kind: 'ranking', path, minCorrelation: 0.5 };
  try {
    const downstream = animal.downstream ? `${model}-feeds` : null;
    if (downstream !== null) await register(animal, downstream, good.url, null, true);
    await register(animal, model, good.url, outputSpec, true);
    const second = await register(animal, model, candidate.url, outputSpec, {
      policy: policyFor(animal, downstream),
    });
    const rollout = second['rollout'].id as string;
    const touched = await callUntilEnded(model, rollout, animal, downstream, random);
    const end = (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    const [state, because] = [String(end['state']), String(end['decision'].because)];
    const evidence = (await site.api.call('GET', `/rollouts/${rollout}/evidence`)).body['items'] as {
      shadow: { requests: number };
      candidate: { requests: number };
    }[];
    const shadowed = evidence.reduce((sum, step) => sum + step.shadow.requests, 0);
    const served = evidence.reduce((sum, step) => sum + step.candidate.requests, 0);
    lines.push(
      `${animal.name.padEnd(48)} ${state.padEnd(12)} shadowed ${String(shadowed).padStart(5)}  candidate ${String(served).padStart(5)}  callers ${String(touched).padStart(5)}  ${because.slice(0, 90)}`,
    );
    return { state, because };
  } finally {
    await Promise.all([good.stop(), candidate.stop()]);
  }
}

async function register(
  animal: Animal,
  model: string,
  servingUrl: string,
  outputSpec: unknown,
  rollout: unknown,
) {
  const answer = await site.api.call('POST', `/models/${model}/versions`, {
    ...{ createModel: true, servingUrl, outputSpec, rollout },
  });
  expect({ status: answer.status, errors: answer.body['errors'] }).toEqual({
    status: 201,
    errors: undefined,
  });
  if (rollout !== true) return answer.body;
  await eventually(
    async () => (await ask(model, bodies[animal.kind][0] ?? '', {})).status,
    (status) => status !== 404 && status !== 503,
  );
  return answer.body;
}

const ask = (model: string, body: string, headers: Record<string, string>) =>
  fetch(`${site.gatewayUrl}/models/${model}/infer`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Callers that never tire, until the rollout has ended. Returns how many got the candidate's answer. */
async function callUntilEnded(
  model: string,
  rollout: string,
  animal: Animal,
  downstream: string | null,
  random: () => number,
): Promise<number> {
  let over = false;
  let touched = 0;
  let n = 0;
  const feedback: object[] = [];
  const caller = async (): Promise<void> => {
    while (!over) {
      const unit = `user-${n++}`;
      const all = bodies[animal.kind];
      const body = all[Math.floor(random() * all.length)] ?? '';
      const headers = { 'x-understudy-unit': unit, 'x-country': COUNTRIES[n % COUNTRIES.length] ?? '' };
      const response = await ask(model, body, headers);
      await response.arrayBuffer();
      // Nobody is ever left without an answer, whatever the candidate does.
      expect(response.status).toBe(200);
      const isCandidate = response.headers.get('x-understudy-version') === '2';
      if (isCandidate) touched++;
      const receipt = response.headers.get('x-understudy-receipt');
      if (!animal.clicks || receipt === null) continue;
      const value = random() < animal.clicks[isCandidate ? 'candidate' : 'primary'] ? 1 : 0;
      feedback.push(
        downstream === null
          ? { receipt, metric: 'click', value }
          : { unit, model: downstream, metric: 'click', value, at: new Date().toISOString() },
      );
      if (feedback.length >= 50) {
        const items = feedback.splice(0);
        // As callers do: a batch that could not be taken is sent again.
        const answer = await eventually(
          () => site.api.call('POST', '/feedback', { items }),
          ({ status }) => status < 500 && status !== 429,
        );
        expect(answer.body).toMatchObject({ refused: [] });
      }
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  try {
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rollout}`)).body['endedAt'] as string | null,
      (endedAt) => endedAt !== null,
      480_000,
    );
  } finally {
    over = true;
    await Promise.all(callers);
  }
  return touched;
}
