import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, it } from '@jest/globals';
import { afterSilence } from './index.ts';

const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('calls after the silence, and not where it was stopped', async () => {
  const called: string[] = [];
  afterSilence(1, () => called.push('stopped'))();
  await new Promise<void>((resolve) => afterSilence(5, resolve));
  expect(called).toEqual([]);
});

it('a process that was busy for longer hears first what was said meanwhile', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  // Another thread speaks, so that this one can be busy.
  const peer = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const socket = require('node:net').connect(workerData, '127.0.0.1');
     socket.on('error', () => undefined);
     parentPort.on('message', () => setTimeout(() => socket.write('here'), 50));`,
    { eval: true, workerData: port },
  );
  try {
    const [socket] = (await once(server, 'connection')) as [Socket];
    const what = await new Promise<string>((resolve) => {
      const stop = afterSilence(100, () => resolve('silent'));
      socket.once('data', (data) => {
        stop();
        resolve(String(data));
      });
      peer.postMessage('speak');
      block(600);
    });
    expect(what).toBe('here');
    socket.destroy();
  } finally {
    await peer.terminate();
    server.close();
  }
});
