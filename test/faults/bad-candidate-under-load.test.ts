import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { load } from '../support/callers/load.ts';
import { type LoneGateway, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { badRoute, MISDEEDS, startBadCandidate } from '../support/model-servers/misdeeds.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Of each of seven candidates: 105,000 callers. */
const REQUESTS = 15_000;
const AT_ONCE = 48;

let primary: TestModelServer;
let gateway: LoneGateway;
const servers: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  primary = await startModelServer((_request, _body, response) => json(response, { label: 'good' }));
  const routes = [];
  for (const [what, answer] of MISDEEDS) {
    const candidate = await startBadCandidate(answer);
    servers.push(candidate);
    routes.push(badRoute(what, primary.url, candidate.url, routes.length));
  }
  gateway = await startLoneGateway(routes, { CANDIDATE_TIMEOUT_MS: '400', MAX_BUFFERED_BYTES: '1000000' });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([primary, ...servers].map((server) => server.stop()));
});

it.each(MISDEEDS.map(([what]) => what))(
  'a candidate that %s, at half of the traffic, under load: nobody gets anything but an answer',
  async (what) => {
    const url = `${gateway.url}/models/${what.replaceAll(' ', '-')}/infer`;
    const { asked, statuses, byArm } = await load(url, REQUESTS, AT_ONCE);
    expect(asked).toBeGreaterThanOrEqual(REQUESTS);
    expect(statuses).toEqual({ '200': asked });
    expect(byArm).toEqual({ primary: asked });
  },
  180_000,
);
