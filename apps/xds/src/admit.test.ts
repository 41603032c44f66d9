import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import { expect, it } from '@jest/globals';
import { PROCESS } from '#libs/data-plane';
import { admit } from './admit.ts';
import type { TokenVerdict } from './token-check.ts';

/** A stream by the token `t`, and what becomes of it. */
function opened(verdicts: TokenVerdict[]) {
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer t');
  const stream = Object.assign(new EventEmitter(), { metadata });
  const [heard, refused, asked] = [[] as string[], new EventEmitter(), [] as string[]];
  const check = (token: string): Promise<TokenVerdict> => {
    asked.push(token);
    return Promise.resolve(verdicts.length > 1 ? verdicts.shift()! : verdicts[0]!);
  };
  admit<string>(
    PROCESS,
    stream,
    { check },
    { hear: (message) => void heard.push(message), refuse: (code) => void refused.emit('refused', code) },
    5,
  );
  return { stream, heard, refused, asked };
}

it('nothing is read before the token is known', async () => {
  const { stream, heard } = opened(['yes']);
  expect(stream.listenerCount('data')).toBe(0);
  await sleep(0);
  stream.emit('data', 'hello');
  expect(heard).toEqual(['hello']);
  stream.emit('end');
});

it('a token that is revoked ends an open stream', async () => {
  const { refused } = opened(['yes', 'yes', 'no']);
  expect(await once(refused, 'refused')).toEqual([7]);
});

it('nobody asks on for a stream that has ended, nor is one ended by an api that is away', async () => {
  const { stream, asked, refused } = opened(['yes', 'unknown']);
  refused.on('refused', () => expect('refused').toBe('not refused'));
  while (asked.length < 3) await sleep(1);
  stream.emit('close');
  const before = asked.length;
  await sleep(30);
  expect(asked.length).toBeLessThanOrEqual(before + 1);
});
