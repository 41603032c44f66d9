import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually, startCallers } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** What callers meet of a candidate that hangs, once this gateway has stopped sending them there (ADR 44). */
const ROLLOUTS = {
  hangs: '00000000-0000-4000-8000-000000000001',
  recovers: '00000000-0000-4000-8000-000000000002',
};
const PER_SECOND = 20;
const servers: TestModelServer[] = [];
let [gateway, sink]: [LoneGateway, EvidenceSink] = [{} as LoneGateway, {} as EvidenceSink];
let hanging: TestModelServer;
let recovering: TestModelServer;
let hangs = true;

beforeAll(async () => {
  sink = await startEvidenceSink();
  const primary = await startModelServer((_request, _body, response) => json(response, { label: 'good' }));
  hanging = await startModelServer(() => undefined);
  recovering = await startModelServer((_request, _body, response) => {
    if (!hangs) json(response, { label: 'good' });
  });
  servers.push(primary, hanging, recovering);
  const route = (model: keyof typeof ROLLOUTS, url: string) =>
    routeTo(model, primary.url, {
      candidate: { version: 2, url, mode: 'canary', weight: 5_000 },
      rolloutId: ROLLOUTS[model],
      outputSpec: { kind: 'label', path: '$.label' },
    });
  gateway = await startLoneGateway([route('hangs', hanging.url), route('recovers', recovering.url)], {
    ...{ API_URL: sink.url, CANDIDATE_TIMEOUT_MS: '200' },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([...servers.map((one) => one.stop()), sink.stop()]);
});

/** Callers of a model that the candidate kept waiting until its time was over. */
async function keptWaiting(model: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.process.adminPort}/metrics`)).text();
  const line = new RegExp(
    `^understudy_gateway_fallbacks_total\\{model="${model}",reason="timeout"\\} (\\d+)$`,
    'm',
  );
  return Number(line.exec(text)?.[1] ?? 0);
}
const callersOf = (model: string) =>
  startCallers(`${gateway.url}/models/${model}/infer`, () => '{}', PER_SECOND);

describe('a candidate that hangs', () => {
  it('is tried again after a pause without a caller who waits for it, and what comes of that is in its evidence', async () => {
    const callers = callersOf('hangs');
    const { met } = await eventually(
      async () => ({ met: await keptWaiting('hangs'), hits: hanging.hits() }),
      // More than are under way at once: these are of the trial.
      ({ met, hits }) => met >= 8 && hits >= met + 8,
    );
    const { statuses, byVersion } = await callers.stop();
    expect([Object.keys(statuses), Object.keys(byVersion)]).toEqual([['200'], ['1']]);
    const [candidate, primary] = await eventually(
      () =>
        Promise.resolve([
          sink.tally(ROLLOUTS.hangs, 'candidate'),
          sink.tally(ROLLOUTS.hangs, 'primary'),
        ] as const),
      ([one]) => one.requests >= met + 8,
    );
    expect([candidate.requests, candidate.errors]).toEqual([hanging.hits(), hanging.hits()]);
    // By lot, as in any other second: the arms stand still while nothing new is tried.
    const both = candidate.requests + primary.requests;
    expect(Math.abs(candidate.requests - both / 2)).toBeLessThanOrEqual(5 * Math.sqrt(both / 4));
  });

  it('gets its callers back once it answers', async () => {
    const callers = callersOf('recovers');
    const met = await eventually(
      () => keptWaiting('recovers'),
      (waited) => waited >= 8,
    );
    hangs = false;
    const tried = recovering.hits();
    await eventually(
      () => Promise.resolve(recovering.hits()),
      (hits) => hits >= tried + 20,
    );
    const { statuses, byVersion } = await callers.stop();
    expect([Object.keys(statuses), Object.keys(byVersion).sort()]).toEqual([['200'], ['1', '2']]);
    // But for those that were under way when the eighth failed.
    expect(await keptWaiting('recovers')).toBeLessThanOrEqual(met + PER_SECOND);
  });
});
