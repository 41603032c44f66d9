import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricSource, prometheusEndpoint } from '#libs/outbound';
import { askedStart, type SourceGate } from '#libs/rollout';
import { eventually } from '../support/installation.ts';
import { HAS_PROMETHEUS, startPrometheus, type TestPrometheus } from '../support/outside/prometheus.ts';

const withPrometheus = HAS_PROMETHEUS ? describe : describe.skip;

/** Names that a query could be left by, or turned into a pattern. Their values are their places in the list. */
const NAMES = [
  ...[
    'digits',
    'a"} or up{b="',
    "a'} or up{b='",
    'a`} or up{b=`',
    '"',
    '\\',
    '\\"',
    'a\\n',
    '$1',
    '.*',
    'a|digits',
  ],
  ...['.+', '(', '[a', 'größe', '😀', '{{version}}', '# comment', 'a b', 'digit.', "it's"],
];

withPrometheus('a real Prometheus', () => {
  let target: Server;
  let server: TestPrometheus;
  let url: string;

  beforeAll(async () => {
    const label = (text: string): string => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
    target = createServer((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
        .end(NAMES.map((name, i) => `quality{model="${label(name)}"} ${i}\n`).join('')),
    );
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    server = await startPrometheus(`127.0.0.1:${(target.address() as AddressInfo).port}`);
    url = server.url;
    await eventually(
      async () => {
        const answer = await fetch(`${url}/api/v1/query?query=count(quality)`).catch(() => null);
        return answer?.ok ? JSON.stringify(await answer.json()) : '';
      },
      (text) => text.includes(`"${NAMES.length}"`),
    );
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await new Promise((resolve) => target.close(resolve));
  });

  const QUERIES = [
    'quality{model="{{model}}"}',
    "quality{model='{{model}}'}",
    'quality{model=`{{model}}`}',
    'quality{model=~"{{model}}"}',
    'quality{model=~`{{model}}`}',
    "max(quality{model =~ 'none|{{model}}'}) # of {{model}}",
  ];
  it.each(QUERIES)('is asked for the series of the very model: %s', async (query) => {
    const gate: SourceGate = {
      ...{
        metric: 'prometheus',
        source: 'default',
        query,
        min: 0,
        max: null,
        intervalMs: 1,
        consecutiveFailures: 1,
      },
      ...{ name: 'q', in: ['canary'], dryRun: false, startPeriod: askedStart(0), coldStart: askedStart(0) },
    };
    const endpoint = prometheusEndpoint({ url, basic: null, bearer: null, headers: {} });
    const source = metricSource(new Map([['default', endpoint]]), fetch, (text) => text);
    for (const [i, model] of NAMES.entries()) {
      const about = { model, version: 3, from: 2, rolloutId: 'r' };
      const answer = await source.read(gate, about);
      expect([model, answer.value]).toEqual([model, i]);
    }
  });
});
