import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { guardedLookup, addressPolicy } from '#libs/addresses';
import { BodyFlow } from '../../callers/body-flow.ts';
import { AnswerClock } from './answer-clock.ts';
import { Connection } from './connection.ts';
import { originOf } from '../origin.ts';

it.each([true, false])(
  'small pieces of a body do not pile up before a server that is behind (chunked: %s)',
  async (chunked) => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const origin = originOf(`http://127.0.0.1:${port}`);
    const gone = new Promise<void>((resolve) => {
      let paused = false;
      const flow = new BodyFlow(
        { pause: () => void (paused = true), resume: () => void (paused = false) },
        [],
      );
      const connection = new Connection(
        origin,
        { idle: () => undefined, gone: () => resolve() },
        { keepIdleMs: 1_000, answerHeadBytes: 4_096, until: Infinity },
        { lookup: guardedLookup(addressPolicy(['127.0.0.0/8'])), secure: () => undefined, random: () => 0 },
      );
      connection.send({
        ...{ method: 'POST', head: 'POST / HTTP/1.1\r\nhost: m\r\n\r\n', chunked },
        clock: new AnswerClock(1_000),
        body: { kind: 'streaming', flow },
        listener: {
          ...{ place: 'exchange', endBy: () => undefined, failed: () => undefined },
          ...{ head: () => undefined, chunk: () => true, end: () => undefined },
        },
      });
      // It is not connected yet, so nothing leaves.
      let pieces = 0;
      while (!paused && pieces < 100_000) {
        flow.push(Buffer.from('x'));
        pieces++;
      }
      expect(pieces).toBeLessThan(100);
      connection.close(new Error('done'));
    });
    await gone;
    server.close();
  },
);

it('a body in pieces arrives whole, and in order', async () => {
  const got = new Promise<string>((resolve) => {
    const server = createServer((socket) => {
      let text = '';
      socket.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        if (text.endsWith('end')) {
          resolve(text);
          socket.destroy();
          server.close();
        }
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      let paused = false;
      const flow = new BodyFlow(
        { pause: () => void (paused = true), resume: () => void (paused = false) },
        [],
      );
      new Connection(
        originOf(`http://127.0.0.1:${port}`),
        { idle: () => undefined, gone: () => undefined },
        { keepIdleMs: 1_000, answerHeadBytes: 4_096, until: Infinity },
        { lookup: guardedLookup(addressPolicy(['127.0.0.0/8'])), secure: () => undefined, random: () => 0 },
      ).send({
        ...{ method: 'POST', head: 'head ', chunked: false },
        clock: new AnswerClock(1_000),
        body: { kind: 'streaming', flow },
        listener: {
          ...{ place: 'exchange', endBy: () => undefined, failed: () => undefined },
          ...{ head: () => undefined, chunk: () => true, end: () => undefined },
        },
      });
      const pieces = [...Array.from({ length: 3_000 }, (_, i) => `${i} `), 'end'];
      const push = (): void => {
        while (!paused && pieces.length > 0) flow.push(Buffer.from(pieces.shift() ?? ''));
        if (pieces.length > 0) setImmediate(push);
      };
      push();
    });
  });
  expect(await got).toBe(`head ${Array.from({ length: 3_000 }, (_, i) => `${i} `).join('')}end`);
});
