import zlib from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

interface Body {
  readonly bytes: Buffer;
  readonly headers: Record<string, string>;
}
type Write = (label: string) => Body;

const text = (label: string): string =>
  JSON.stringify({ outputs: [{ name: 'y', datatype: 'BYTES', shape: [1], data: [label] }] });
const encoded = (bytes: Buffer, encoding: string): Body => ({
  bytes,
  headers: { 'content-type': 'application/json', 'content-encoding': encoding },
});
const inType = (bytes: Buffer, type: string): Body => ({ bytes, headers: { 'content-type': type } });

/** Ways in which a model server, or a caller, writes the same. */
const FORMS: Record<string, Write> = {
  plain: (label) => inType(Buffer.from(text(label)), 'application/json'),
  gzip: (label) => encoded(zlib.gzipSync(text(label)), 'gzip'),
  brotli: (label) => encoded(zlib.brotliCompressSync(text(label)), 'br'),
  'deflate without zlib': (label) => encoded(zlib.deflateRawSync(text(label)), 'deflate'),
  'two encodings': (label) => encoded(zlib.brotliCompressSync(zlib.gzipSync(text(label))), 'gzip, br'),
  'a byte order mark': (label) => inType(Buffer.from(`\ufeff${text(label)}`), 'application/json'),
  'UTF-16': (label) => inType(Buffer.from(text(label), 'utf16le'), 'application/json; charset=utf-16le'),
  'Latin-1': (label) => inType(Buffer.from(text(label), 'latin1'), 'application/json'),
  'NaN beside it': (label) =>
    inType(Buffer.from(text(label).replace('{', '{"loss":NaN,')), 'application/json'),
  'binary tensors': (label) => {
    const value = Buffer.from(label);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(value.length);
    const head = JSON.stringify({
      outputs: [
        { name: 'y', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: value.length + 4 } },
      ],
    });
    return {
      bytes: Buffer.concat([Buffer.from(head), size, value]),
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(Buffer.byteLength(head)),
      },
    };
  },
};
/** And ways that are not read, with the reason. */
const UNREAD: Record<string, readonly [string, Write]> = {
  compress: ['encoding:compress', (label) => encoded(Buffer.from(text(label)), 'compress')],
  'no gzip': ['corrupt', (label) => encoded(Buffer.from(text(label)), 'gzip')],
  'half a gzip': ['truncated', (label) => encoded(zlib.gzipSync(text(label)).subarray(0, 25), 'gzip')],
  'an unknown charset': [
    'charset',
    (label) => inType(Buffer.from(text(label)), 'application/json; charset=klingon'),
  ],
  'another path': [
    'no_value_at_path',
    (label) => inType(Buffer.from(`{"y":"${label}"}`), 'application/json'),
  ],
};
const WAYS: Record<string, Write> = {
  ...FORMS,
  ...Object.fromEntries(Object.entries(UNREAD).map(([name, [, write]]) => [name, write])),
};

interface Pair {
  readonly primary: string;
  readonly shadow: string;
  readonly isSame: boolean;
}
const pairs: readonly Pair[] = Object.keys(WAYS).flatMap((primary) =>
  Object.keys(WAYS).flatMap((shadow) => [true, false].map((isSame) => ({ primary, shadow, isSame }))),
);
const rolloutOf = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

let gateway: LoneGateway;
let sink: EvidenceSink;
const servers: TestModelServer[] = [];

beforeAll(async () => {
  sink = await startEvidenceSink();
  for (const arm of ['primary', 'shadow'] as const)
    servers.push(
      await startModelServer((request, _body, response) => {
        const pair = pairs[Number(/\/p(\d+)/.exec(request.url ?? '')?.[1])];
        // Both are in Latin-1, and in no ASCII.
        const label = arm === 'shadow' && pair?.isSame === false ? 'è' : 'é';
        const { bytes, headers } = (WAYS[pair?.[arm] ?? 'plain'] as Write)(label);
        response.writeHead(200, headers).end(bytes);
      }),
    );
  const [primary = '', shadow = ''] = servers.map((server) => server.url);
  const outputSpec = { kind: 'label', path: '$.outputs[0].data[0]' } as const;
  const routes = pairs.map((_, i) =>
    routeTo(`p${i}`, primary, {
      ...{ rolloutId: rolloutOf(i), outputSpec },
      candidate: { version: 2, url: shadow, mode: 'shadow', weight: 10_000 },
    }),
  );
  const byBody = routeTo('units', primary, {
    rolloutId: rolloutOf(pairs.length),
    candidate: { version: 2, url: shadow, mode: 'canary', weight: 5_000 },
    callers: { unit: { from: 'json', name: '$.outputs[0].data[0]' }, repeatable: true },
  });
  gateway = await startLoneGateway([...routes, byBody], { API_URL: sink.url, SHADOW_CONCURRENCY: '64' });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([sink.stop(), ...servers.map((server) => server.stop())]);
});

const reasonOf = (way: string): string | null => UNREAD[way]?.[0] ?? null;
const bin = (why: string | null): Record<string, number> => (why === null ? {} : { [why]: 1 });
const seen = ({ compared, agreed, histograms }: Tally): unknown => ({
  ...{ compared, agreed, notRead: histograms['not_read'] ?? {} },
});

it('whatever form the two versions answer in, they are compared by what they say, or it is counted why not', async () => {
  for (let i = 0; i < pairs.length; i++) {
    const response = await fetch(`${gateway.url}/models/p${i}/p${i}`, { method: 'POST', body: '{}' });
    await response.arrayBuffer().catch(() => undefined); // of a body that is not what its header says
  }
  const got = (arm: Arm): readonly Tally[] => pairs.map((_, i) => sink.tally(rolloutOf(i), arm));
  await eventually(
    () => Promise.resolve(got('shadow').filter(({ requests, dropped }) => requests + dropped > 0).length),
    (n) => n === pairs.length,
  );
  const [primaries, shadows] = [got('primary'), got('shadow')];
  for (const [i, { primary, shadow, isSame }] of pairs.entries()) {
    const [ours, theirs] = [reasonOf(primary), reasonOf(shadow)];
    const isCompared = ours === null;
    expect([pairs[i], seen(primaries[i] as Tally), seen(shadows[i] as Tally)]).toEqual([
      pairs[i],
      { compared: 0, agreed: 0, notRead: bin(ours) },
      {
        compared: isCompared ? 1 : 0,
        agreed: isCompared && theirs === null && isSame ? 1 : 0,
        notRead: bin(theirs),
      },
    ]);
  }
});

it('a caller belongs to the same arm, whatever form its requests are in', async () => {
  const arms = new Set<string | null>();
  for (let user = 0; user < 20; user++) {
    const ofUser = new Set<string | null>();
    for (const write of Object.values(FORMS)) {
      const { bytes, headers } = write(`user ${user}`);
      const response = await fetch(`${gateway.url}/models/units/x`, { method: 'POST', body: bytes, headers });
      await response.arrayBuffer();
      ofUser.add(response.headers.get('x-understudy-arm'));
    }
    expect([user, ...ofUser]).toHaveLength(2);
    ofUser.forEach((arm) => arms.add(arm));
  }
  expect(arms.size).toBe(2);
});
