import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { freePort } from '#libs/processes';

/* The alerts of ops/prometheus: each fires where it should, and each has an entry in the runbook that says what to do. */
const rules = async (): Promise<readonly string[]> => {
  const { groups } = parse(await readFile('ops/prometheus/alerts.yml', 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  };
  return groups.flatMap((group) => group.rules.map(({ alert }) => alert)).sort();
};

it('each alert has an entry in the runbook, which says what to look at and what to do; no entry is left over', async () => {
  const text = await readFile('docs/guides/production.md', 'utf8');
  const entries = new Map(
    text
      .split(/^### /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
  );
  expect([...entries.keys()].sort()).toEqual(await rules());
  for (const [name, entry] of entries)
    expect([name, entry.includes('**Look:**'), entry.includes('**Do:**')]).toEqual([name, true, true]);
});

it('each alert is tried by promtool, once firing at least', async () => {
  const tests = await readFile('ops/prometheus/alerts.test.yml', 'utf8');
  const { tests: all } = parse(tests) as {
    tests: { promql_expr_test: { exp_samples: { labels: string }[] }[] }[];
  };
  const fired = all
    .flatMap(({ promql_expr_test: some }) => some.flatMap(({ exp_samples }) => exp_samples))
    .map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1]);
  expect([...new Set(fired)].sort()).toEqual(await rules());
});

const [PROMTOOL, PROMETHEUS] = ['/usr/bin/promtool', '/usr/bin/prometheus'];
(existsSync(PROMTOOL) ? it : it.skip)(
  "Prometheus' own tool takes the rules, and they fire as the tests say",
  async () => {
    const run = (...words: string[]) => promisify(execFile)(PROMTOOL, words);
    await run('check', 'rules', 'ops/prometheus/alerts.yml');
    for (const tests of ['alerts', 'outages']) {
      const { stdout } = await run('test', 'rules', `ops/prometheus/${tests}.test.yml`);
      expect([tests, stdout]).toEqual([tests, expect.stringContaining('SUCCESS')]);
    }
  },
);

(existsSync(PROMETHEUS) ? it : it.skip)(
  'a running Prometheus has loaded them, and evaluates each without an error',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'understudy-prometheus-'));
    const config = path.join(folder, 'prometheus.yml');
    const rulesFile = path.resolve('ops/prometheus/alerts.yml');
    await writeFile(
      config,
      JSON.stringify({ global: { evaluation_interval: '1s' }, rule_files: [rulesFile] }),
    );
    const port = await freePort();
    const server = spawn(
      PROMETHEUS,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    try {
      const loaded = await evaluated(port);
      expect(loaded.map(({ name }) => name).sort()).toEqual(await rules());
      expect(new Set(loaded.map(({ health }) => health))).toEqual(new Set(['ok']));
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

interface LoadedRule {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
}
/** The rules of a Prometheus, once it has evaluated all of them. */
async function evaluated(port: number): Promise<readonly LoadedRule[]> {
  for (let look = 0; look < 500; look++) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/rules`)
      .then((response) => response.json())
      .catch(() => null);
    const groups = (answer as { data?: { groups?: { rules: LoadedRule[] }[] } } | null)?.data?.groups ?? [];
    const all = groups.flatMap((group) => group.rules);
    if (all.length > 0 && all.every(({ health }) => health !== 'unknown')) return all;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('Prometheus has not evaluated its rules');
}
