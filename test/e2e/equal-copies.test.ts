import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MEASURE } from '#libs/stats';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { load } from '../support/callers/load.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Copies whose answers are the primary's very bytes are not read once a thousand were (ADR 45): what is counted must not show it. */
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const MANY = 1_600;
const servers: TestModelServer[] = [];
let [gateway, sink]: [LoneGateway, EvidenceSink] = [{} as LoneGateway, {} as EvidenceSink];
let [both, shadows]: [unknown, unknown] = [{ score: 0.5 }, null];

beforeAll(async () => {
  sink = await startEvidenceSink();
  const primary = await startModelServer((_request, _body, response) => json(response, both));
  const shadow = await startModelServer((_request, _body, response) => json(response, shadows ?? both));
  servers.push(primary, shadow);
  const route = routeTo('copied', primary.url, {
    candidate: { version: 2, url: shadow.url, mode: 'shadow', weight: 10_000 },
    rolloutId: ROLLOUT,
    outputSpec: { kind: 'score', path: '$.score', tolerance: 0.1 },
  });
  gateway = await startLoneGateway([route], { API_URL: sink.url });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([...servers.map((one) => one.stop()), sink.stop()]);
});

/** What the evidence of the shadow has grown by, once it says what came of so many more requests. */
async function grownBy(requests: number) {
  const seen = () => {
    const { requests, errors, compared, agreed, dropped, measures } = sink.tally(ROLLOUT, 'shadow');
    const [deltas, scores] = [measures[MEASURE.scoreDelta], measures[MEASURE.score]];
    return {
      ...{
        requests,
        errors,
        compared,
        agreed,
        dropped,
        deltas: deltas?.n ?? 0,
        apart: deltas ? deltas.n * deltas.mean : 0,
      },
      read: scores?.n ?? 0,
    };
  };
  const before = seen();
  const { statuses } = await load(`${gateway.url}/models/copied/infer`, requests, 8);
  expect(statuses).toEqual({ '200': requests });
  const after = await eventually(
    () => Promise.resolve(seen()),
    (one) => one.requests + one.dropped >= before.requests + before.dropped + requests,
  );
  const names = Object.keys(after) as (keyof typeof after)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as typeof after;
}

it('counts each copy as compared, whether its bytes were read or not, and sees at once that they differ', async () => {
  const same = await grownBy(MANY);
  expect(same.requests + same.dropped).toBe(MANY);
  expect(same).toMatchObject({
    ...{ errors: 0, compared: same.requests, agreed: same.requests },
    ...{ deltas: same.requests, apart: 0 },
  });
  shadows = { score: 0.9 };
  const other = await grownBy(100);
  expect(other).toMatchObject({
    ...{ errors: 0, compared: other.requests, agreed: 0, deltas: other.requests },
    apart: expect.closeTo(0.4 * other.requests, 6),
  });
  // One that cannot be read begins the count anew: what nobody can read is no agreement.
  [both, shadows] = [{ score: 'none' }, null];
  const broken = await grownBy(200);
  expect(broken.agreed).toBeLessThanOrEqual(50);
});
