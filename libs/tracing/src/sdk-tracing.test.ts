import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import type { Logger } from '#libs/observe';
import { SdkTracing } from './sdk-tracing.ts';
import { nowMs } from './tracing.ts';

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { name: string; startTimeUnixNano: string; endTimeUnixNano: string }[];
    }[];
  }[];
}

const realNow = Date.now;
afterEach(() => {
  Date.now = realNow;
});
/** Sets the wall clock; the process's own goes on. */
const setClock = (byMs: number): void => void (Date.now = () => realNow() + byMs);

it.each([3_600_000, -3_600_000])('the wall clock is set by %s ms, and spans are right', async (stepMs) => {
  const sent: Sent[] = [];
  const collector = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      sent.push(JSON.parse(text) as Sent);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const tracing = new SdkTracing(
    {
      url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
      ...{ protocol: 'http/json', headers: {}, timeoutMs: 5_000, compression: 'none' },
      sampler: { kind: 'always_on', isParentBased: false, ratio: 1 },
      ...{ tracesPerSecond: 1_000, exportEveryMs: 60_000, serviceName: null, resource: {} },
    },
    { process: 'gateway', instance: 'test' },
    { warn: () => undefined } as unknown as Logger,
  );
  const start = (name: string, at?: number) =>
    tracing.start({ name, kind: 'server', parent: null, ...(at === undefined ? {} : { at }) });
  const beganAt = nowMs();
  // Over the step: as long as they were, whether they say when they began and end, or do not.
  const over = [start('over'), start('over'), start('over', beganAt), start('over', beganAt)];
  setClock(stepMs);
  over.forEach((span, i) => (i % 2 === 0 ? span.end() : span.end(nowMs())));
  const later = Date.now();
  for (const at of [undefined, nowMs()]) {
    start('after', at).end();
    start('after', at).end(nowMs());
  }
  await tracing.stop();
  await new Promise((resolve) => collector.close(resolve));
  const spans = sent.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)),
  );
  expect(spans).toHaveLength(8);
  for (const { name, startTimeUnixNano, endTimeUnixNano } of spans) {
    const [from, to] = [Number(startTimeUnixNano) / 1e6, Number(endTimeUnixNano) / 1e6];
    const isRight = to - from >= 0 && to - from < 60_000;
    const isThen = Math.abs(from - (name === 'after' ? later : later - stepMs)) < 60_000;
    expect({ name, isRight, isThen, from, to }).toMatchObject({ isRight: true, isThen: true });
  }
});
