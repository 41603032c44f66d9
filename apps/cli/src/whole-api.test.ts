import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Command, CommanderError } from 'commander';
import { createPrinter } from './printer.ts';
import { programOf } from './program.ts';

/*
 * What the api can do, the command line can: each command is run against a server that keeps what it was asked for, and that
 * is compared with OpenAPI (by the client that is made from it).
 */

/** Operations without a command of their own, and why. All can be sent by `understudy api`. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  "MLflow's wire: its own clients speak it": / \/api\/2\.0\/mlflow\//,
  "gateways' wire": / \/api\/v1\/gateway\//,
  'webhooks in: signed by who sends them': / \/api\/v1\/webhooks\//,
  'log-in of browsers and of CI, by their identity provider':
    / \/api\/v1\/auth\/(callback|login|logout|methods|ci)$/,
  'pages for people without a login': / \/api\/v1\/shared-rollouts\//,
  'health and metrics: for probes and Prometheus': / \/(healthz|readyz|metrics)$/,
};

const ID = '3f0e8f6e-8d56-4b0e-9f8a-1f3b8f6e8d56';
const DIGEST = `sha256:${'0'.repeat(64)}`;
/** `FILE`: a document; `OUT`: where something is written. */
const LINES = `
  login --url URL --token t | whoami
  models | model list | model show m | model create m --tag a=b | model edit m --description d --untag a
  model delete m | model primaries m | model route m | model resolve m unit-1
  alias list m | alias show m champion | alias set m champion 2 | alias delete m champion
  callers get m | callers set m FILE | golden get m | golden set m FILE
  prices get m | prices set m FILE | segments get m | segments set m FILE
  environment show m | environment set m prod --after s | environment remove m
  policy validate FILE | policy plan FILE | policy get m | policy set m FILE | policy replay ID FILE
  export m | apply --yes -f SETTINGS
  actions m | promote m 2 --reason r | rollback m --reason r | retire m --reason r | unretire m --reason r
  versions m | version list m | version show m 2 | version edit m 2 --description d | version delete m 2
  version card m 2 | version compatibility m 2 | version lineage m 2 | version score m 2
  version metrics m 2 | version add-metrics m 2 FILE
  register FILE | copy m 2 n | manifest schema
  artifact upload FILE | artifact upload - | artifact download DIGEST OUT
  rollout start m 2 | rollout list | rollout list m | rollout get ID | rollout watch ID
  rollout evidence ID | rollout distributions ID | rollout samples ID | rollout events ID | rollout share ID
  rollout pause ID --reason r | rollout resume ID | rollout approve ID | rollout reject ID --reason r
  rollout skip ID --reason r | rollout promote ID --reason r | rollout abort ID --reason r | rollout retry ID --reason r
  group start m=2 n=3 | group register FILE | group list | group get ID
  group approve ID --reason r | group reject ID --reason r | group promote ID --reason r | group finish ID --reason r
  group abort ID --reason r | group retry ID --reason r
  fleet | audit list | audit verify | audit exports | stream
  feedback send --receipt r --metric clicked --value 1
  subscription list | subscription show ID | subscription create s http://a.example | subscription edit ID --state active
  subscription delete ID | subscription rotate-secret ID | subscription deliveries ID
  subscription replay ID | subscription replay ID ID
  source list | source create s FILE | source delete s
  token create t --role viewer | token list | token rotate ID | token revoke ID
  api GET models
`
  .split(/[|\n]/)
  .map((line) => line.trim())
  .filter((line) => line !== '');
/** Commands that ask no api. */
const LOCAL = [
  'completion',
  'digest',
  'backup',
  'restore',
  'new-epoch',
  'envoy bootstrap',
  'mcp',
  'audit export',
  'audit detach',
];

/** Enough of everything for a command to go on to its last request. */
const ANSWER = {
  ...{
    id: ID,
    name: 'n',
    model: 'm',
    version: 2,
    state: 'succeeded',
    revision: 1,
    endedAt: null,
    step: null,
  },
  ...{ items: [], nextPageToken: null, members: [], legalActions: [], approvals: [], actions: [], gates: [] },
  ...{ models: [{ model: 'm', isNew: true, changes: [] }], warnings: [] },
};

const asked = new Set<string>();
/** Changes that did not say what their sender saw. */
const blind = new Set<string>();
let server: Server;
let url: string;
let folder: string;
let stopped = new AbortController();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-whole-api-'));
  await writeFile(path.join(folder, 'FILE'), 'model: m\n');
  await writeFile(path.join(folder, 'SETTINGS'), 'models: {m: {}}\n');
  server = createServer((request, response) => {
    const what = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    asked.add(what);
    if (request.headers['if-match'] === undefined) blind.add(what);
    if (request.url === '/api/v1/stream') stopped.abort();
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json', etag: '"seen"' });
    response.end(JSON.stringify(ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const quiet = {
  ...createPrinter(false),
  ...{ write: () => undefined, note: () => undefined, json: () => undefined, lines: () => undefined },
};
const program = (): Command =>
  programOf({ url, token: 't', configFolder: folder, print: quiet, signal: stopped.signal });

async function run(line: string): Promise<void> {
  // That of a jest worker may be closed, or was read to its end by the line before.
  Object.defineProperty(process, 'stdin', { value: Readable.from(['model: m\n']), configurable: true });
  stopped = new AbortController();
  const words = line.split(' ').map((word) => {
    const known: Record<string, string> = { URL: url, ID, DIGEST };
    return known[word] ?? (['FILE', 'SETTINGS', 'OUT'].includes(word) ? path.join(folder, word) : word);
  });
  const before = process.exitCode;
  try {
    await program().parseAsync(words, { from: 'user' });
  } catch (error) {
    // What it makes of an answer is for other tests; a line that it does not understand is a mistake here.
    if (error instanceof CommanderError) throw error;
  } finally {
    process.exitCode = before;
  }
}

interface Operations {
  /** `METHOD /path/{parameter}` of everything in OpenAPI. */
  readonly all: readonly string[];
  /** Those that take If-Match. */
  readonly conditional: readonly string[];
}
async function operations(): Promise<Operations> {
  const client = await readFile(path.resolve('libs/client/src/api.ts'), 'utf8');
  const [paths = '', bodies = ''] = client.split('export interface operations');
  const names = bodies
    .split(/\n(?= {2}\S.*: \{)/)
    .filter((body) => body.includes("'If-Match'?:"))
    .map((body) => /^ {2}'?([^':]+)/.exec(body)?.[1]);
  const [all, conditional]: [string[], string[]] = [[], []];
  let at = '';
  for (const line of paths.split('\n')) {
    at = /^ {2}'(\/[^']+)': \{/.exec(line)?.[1] ?? at;
    const [, method, name] = /^ {4}(get|put|post|patch|delete): operations\['(.+)'\]/.exec(line) ?? [];
    if (!method) continue;
    all.push(`${method.toUpperCase()} ${at}`);
    if (names.includes(name)) conditional.push(`${method.toUpperCase()} ${at}`);
  }
  return { all, conditional };
}
const isOf = (operation: string): ((request: string) => boolean) => {
  const pattern = new RegExp(`^${operation.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
  return (request) => pattern.test(request);
};
const leaves = (at: Command, name = ''): string[] =>
  at.commands.length === 0
    ? [name]
    : at.commands.flatMap((one) => leaves(one, `${name} ${one.name()}`.trim()));

describe('the command line', () => {
  it('has a command for each operation of the api, or a reason why not', async () => {
    for (const line of LINES) await run(line);
    const { all } = await operations();
    expect(all.length).toBeGreaterThan(100);
    const rules = Object.values(EXCEPTIONS);
    const without = all.filter((operation) => ![...asked].some(isOf(operation)));
    expect(without.filter((operation) => !rules.some((rule) => rule.test(operation)))).toEqual([]);
    // No reason outlives what it is a reason for.
    expect(rules.filter((rule) => !without.some((operation) => rule.test(operation)))).toEqual([]);
    // A literal path is no parameter of another one: what was asked for exists.
    expect([...asked].filter((request) => !all.some((operation) => isOf(operation)(request)))).toEqual([]);
  }, 60_000);

  it('says what it saw wherever the api takes that as a precondition', async () => {
    const { conditional } = await operations();
    expect(conditional.length).toBeGreaterThan(20);
    expect(conditional.filter((operation) => [...blind].some(isOf(operation)))).toEqual([]);
  });

  it('has no command that the test above leaves out', () => {
    const tried = (name: string) => [...LINES, ...LOCAL].some((line) => `${line} `.startsWith(`${name} `));
    expect(leaves(program()).filter((name) => !tried(name))).toEqual([]);
  });
});
