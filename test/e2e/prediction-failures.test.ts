import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tally } from '#libs/stats';
import type { Arm, Route } from '#libs/traffic';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** What a model server says to one request. */
type Said = 'answer' | 'garbage' | 404 | 422 | 429 | 500 | 503 | 'nothing';
type Mode = 'candidate' | 'primary' | 'shadow';

interface Case {
  /** Whose request it is: of the candidate's arm, of the primary's, or a copy. */
  readonly mode: Mode;
  readonly candidate: Said;
  readonly primary: Said;
  readonly repeatable: boolean;
  readonly request: 'prediction' | 'health' | 'other method';
}

const SAID: readonly Said[] = ['answer', 'garbage', 404, 422, 429, 500, 503, 'nothing'];
const PRIMARY: readonly Said[] = ['answer', 'garbage', 404, 429, 500];
/** All there are. */
const cases: readonly Case[] = (['candidate', 'primary', 'shadow'] as const).flatMap((mode) =>
  SAID.flatMap((candidate) =>
    PRIMARY.flatMap((primary) =>
      [true, false].flatMap((repeatable) =>
        (['prediction', 'health', 'other method'] as const).map((request) => ({
          ...{ mode, candidate, primary, repeatable, request },
        })),
      ),
    ),
  ),
);
const rolloutOf = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

function say(response: ServerResponse, said: Said | undefined): void {
  if (said === 'nothing') return;
  const text = said === 'answer' ? '{"label":"a"}' : '{"lable":"a"}';
  const status = typeof said === 'number' ? said : 200;
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' }).end(text);
}

let gateway: LoneGateway;
let sink: EvidenceSink;
const servers: TestModelServer[] = [];
const askedOf = { candidate: new Set<number>(), primary: new Set<number>() };

beforeAll(async () => {
  sink = await startEvidenceSink();
  for (const arm of ['primary', 'candidate'] as const)
    servers.push(
      await startModelServer((request, _body, response) => {
        const i = Number(/\/c(\d+)/.exec(request.url ?? '')?.[1]);
        askedOf[arm].add(i);
        say(response, cases[i]?.[arm]);
      }),
    );
  const [primary, candidate] = servers.map((server) => server.url);
  const routes = cases.map(({ mode, repeatable }, i): Route =>
    routeTo(`c${i}`, primary ?? '', {
      rolloutId: rolloutOf(i),
      outputSpec: { kind: 'label', path: '$.label' },
      candidate: {
        ...{ version: 2, url: candidate ?? '', mode: mode === 'shadow' ? 'shadow' : 'canary' },
        weight: mode === 'primary' ? 0 : 10_000,
      },
      callers: { unit: { from: 'header', name: 'x-understudy-unit' }, repeatable },
    }),
  );
  // It bounds the primary's arm as well, whose server answers at once, on a machine that may be busy.
  gateway = await startLoneGateway(routes, {
    ...{ API_URL: sink.url, CANDIDATE_TIMEOUT_MS: '5000', SHADOW_CONCURRENCY: '64' },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([sink.stop(), ...servers.map((server) => server.stop())]);
});

const PATHS = { prediction: '', health: '/v2/health/ready', 'other method': '' };
async function ask(i: number): Promise<{ arm: string | null; status: number }> {
  const { request } = cases[i] as Case;
  const response = await fetch(`${gateway.url}/models/c${i}/c${i}${PATHS[request]}`, {
    ...(request === 'prediction' ? { method: 'POST', body: '{}' } : {}),
    ...(request === 'health' ? { method: 'POST', body: '{}' } : {}),
  });
  await response.arrayBuffer();
  return { arm: response.headers.get('x-understudy-arm'), status: response.status };
}

/** By the table of docs/gateway.md: why the candidate (or its copy) has failed. */
function failureOf({ mode, candidate, primary, repeatable }: Case): string | null {
  if (candidate === 'nothing') return 'timeout';
  if (candidate === 500) return '5xx';
  if (candidate === 503) return 'overload';
  if (candidate === 'answer') return null;
  const why = candidate === 'garbage' ? 'unreadable' : candidate === 429 ? 'overload' : '4xx';
  if (!repeatable && mode === 'candidate') return why;
  const isBetter =
    candidate === 'garbage' ? primary === 'answer' : primary === 'answer' || primary === 'garbage';
  return isBetter ? why : null;
}
const statusOf = (said: Said): number => (typeof said === 'number' ? said : said === 'nothing' ? 504 : 200);

function wantedAnswer(one: Case): { arm: string; status: number } {
  const own = { arm: 'primary', status: statusOf(one.primary) };
  if (one.mode !== 'candidate' || one.request !== 'prediction') return own;
  const isReplaced = one.repeatable && failureOf(one) !== null;
  return isReplaced ? own : { arm: 'candidate', status: statusOf(one.candidate) };
}

/** `[requests, errors, reasons, replaced]` */
type Counted = readonly [number, number, unknown, unknown];
const NOTHING: Counted = [0, 0, {}, {}];
function wantedEvidence(one: Case): Record<Arm, Counted> {
  const none = { primary: NOTHING, candidate: NOTHING, shadow: NOTHING };
  if (one.request !== 'prediction') return none;
  const failure = failureOf(one);
  const bad: Counted = [1, failure ? 1 : 0, failure ? { [failure]: 1 } : {}, {}];
  if (one.mode === 'candidate') {
    const replaced = one.repeatable && failure ? { [failure]: 1 } : {};
    return { ...none, candidate: [bad[0], bad[1], bad[2], replaced] };
  }
  const alone = one.primary === 500 ? '5xx' : one.repeatable ? null : refusalOf(one.primary);
  const primary: Counted = [1, alone ? 1 : 0, alone ? { [alone]: 1 } : {}, {}];
  return one.mode === 'shadow' && one.repeatable ? { ...none, primary, shadow: bad } : { ...none, primary };
}
const refusalOf = (said: Said): string | null =>
  said === 'answer' ? null : said === 'garbage' ? 'unreadable' : said === 429 ? 'overload' : '4xx';

const countedOf = ({ requests, errors, histograms }: Tally): Counted => [
  ...([requests, errors, histograms['failures'] ?? {}] as const),
  histograms['replaced'] ?? {},
];

it('whatever the two versions say, callers get the better answer, and the evidence is the difference', async () => {
  const waiting = cases.map((_, i) => i);
  const answers: Record<number, { arm: string | null; status: number }> = {};
  const worker = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) answers[i] = await ask(i);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  const named = <T>(of: (one: Case, i: number) => T): Record<string, T> =>
    Object.fromEntries(cases.map((one, i) => [`${JSON.stringify(one)} ${i}`, of(one, i)]));
  expect(named((_, i) => answers[i])).toEqual(named(wantedAnswer));

  const counted = (i: number): Record<Arm, Counted> => {
    const of = (arm: Arm): Counted => countedOf(sink.tally(rolloutOf(i), arm));
    return { primary: of('primary'), candidate: of('candidate'), shadow: of('shadow') };
  };
  const wanted = cases.map(wantedEvidence);
  const sum = (all: readonly Record<Arm, Counted>[]): number =>
    all.reduce((n, { primary, candidate, shadow }) => n + primary[0] + candidate[0] + shadow[0], 0);
  await eventually(
    () => Promise.resolve(sum(cases.map((_, i) => counted(i)))),
    (n) => n >= sum(wanted),
    20_000,
  );
  expect(named((_, i) => counted(i))).toEqual(named(wantedEvidence));
  // What is no prediction is never sent to the version under trial.
  const others = cases.flatMap((one, i) => (one.request === 'prediction' ? [] : [i]));
  expect(others.filter((i) => askedOf.candidate.has(i))).toEqual([]);
  // A copy that the primary refused, too, says that of both.
  const paired = cases.flatMap((one, i) =>
    one.mode === 'shadow' && one.repeatable && one.request === 'prediction' ? [{ one, i }] : [],
  );
  const isWorse = ({ primary, candidate }: Case): boolean =>
    primary === 500 ||
    (typeof primary === 'number'
      ? candidate === 'answer' || candidate === 'garbage'
      : primary === 'garbage' && candidate === 'answer');
  expect(paired.map(({ i }) => sink.tally(rolloutOf(i), 'shadow').measures['primary_failed']?.mean)).toEqual(
    paired.map(({ one }) => (isWorse(one) ? 1 : 0)),
  );
  // And where both were asked, which of the two alone has failed: what both fail on is nobody's.
  expect(paired.map(({ i }) => sink.tally(rolloutOf(i), 'shadow').measures['failed_apart']?.mean)).toEqual(
    paired.map(({ one }) => wantedEvidence(one).shadow[1] - (isWorse(one) ? 1 : 0)),
  );
});
