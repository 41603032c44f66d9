import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let site: Installation;
let server: TestModelServer;
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, { label: 'dog' }));
});
afterAll(async () => {
  await site.close();
  await server.stop();
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
/** Those that the expressions name, with the labels that they ask for. */
const named = (expr: string): [string, string[]][] =>
  [...expr.matchAll(/(understudy_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/(\w+)\s*=/g)].map(([, label = '']) => label),
  ]);

it('every metric that the dashboard of Grafana and the alerts name is there, with its labels', async () => {
  const dashboard = JSON.parse(await readFile('ops/grafana/understudy.json', 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
    templating: { list: { query: string }[] };
  };
  const alerts = parse(await readFile('ops/prometheus/alerts.yml', 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  const rules = alerts.groups.flatMap(({ rules: some }) => some);
  for (const { alert, labels, annotations } of rules)
    expect([alert, labels, annotations]).toEqual([
      expect.stringMatching(/^Understudy/),
      { severity: expect.stringMatching(/^(info|warning|critical)$/) },
      { summary: expect.any(String), description: expect.any(String) },
    ]);

  await site.api.call('POST', '/models/m/versions', {
    servingUrl: server.url,
    createModel: true,
    rollout: true,
  });
  await eventually(
    () => fetch(`${site.gatewayUrl}/models/m/predict`, { method: 'POST', body: '{}' }),
    ({ status }) => status === 200,
  );
  const texts = await Promise.all(
    [site.api.url, site.adminUrl(), `http://127.0.0.1:${site.worker.port}`].map(async (url) =>
      (await fetch(`${url}/metrics`)).text(),
    ),
  );
  const text = texts.join('\n');
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  const exprs = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.map(({ query }) => query),
    ...rules.map(({ expr }) => expr),
  ];
  const wanted = exprs.flatMap(named);
  expect(wanted.length).toBeGreaterThan(15);
  for (const [name, labels] of wanted) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const kind = kinds.get(name) ?? (kinds.get(base) === 'histogram' ? 'histogram' : undefined);
    expect([name, kind]).toEqual([name, expect.stringMatching(/^(counter|gauge|histogram)$/)]);
    // Counters that nothing has happened to have no series yet to look at.
    const series = text.split('\n').find((line) => line.startsWith(`${name}{`));
    for (const label of series === undefined ? [] : labels)
      expect([name, series]).toEqual([name, expect.stringContaining(`${label}="`)]);
  }
});
