import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { load } from '../support/load.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-server.ts';
import { freePort } from '#libs/processes';

const REQUESTS = 17_000;
const AT_ONCE = 48;

/** What a candidate does to a request. Six of them: 102,000 callers. */
const MISDEEDS: readonly (readonly [what: string, (response: ServerResponse) => void])[] = [
  ['hangs', () => undefined],
  ['resets', (response) => response.socket?.resetAndDestroy()],
  ['answers 500', (response) => json(response, { error: 'no' }, 500)],
  ['answers garbage', (response) => json(response, { label: null })],
  [
    'sends a body without end',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
  ],
];

let primary: TestModelServer;
let gateway: LoneGateway;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  primary = await startModelServer((_request, _body, response) => json(response, { label: 'good' }));
  const routes = [];
  for (const [what, answer] of [...MISDEEDS, ['has crashed', null] as const]) {
    let url = `http://127.0.0.1:${await freePort()}`;
    if (answer) {
      const server = await startModelServer((_request, _body, response) => answer(response));
      servers.push(server);
      url = server.url;
    }
    routes.push(
      routeTo(what.replaceAll(' ', '-'), primary.url, {
        candidate: { version: 2, url, mode: 'canary', weight: 5_000 },
        rolloutId: `00000000-0000-4000-8000-${String(routes.length).padStart(12, '0')}`,
        outputSpec: { kind: 'label', path: '$.label' },
      }),
    );
  }
  gateway = await startLoneGateway(routes, { CANDIDATE_TIMEOUT_MS: '400', MAX_BUFFERED_BYTES: '1000000' });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([primary, ...servers].map((server) => server.stop()));
});

it.each([...MISDEEDS.map(([what]) => what), 'has crashed'])(
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
