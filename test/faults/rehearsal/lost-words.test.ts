import { expect, it } from '@jest/globals';
import { withoutNotifications, withoutRoutes } from '../../support/databases/lost-words.ts';

const frame = (letter: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(letter, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const told = (channel: string, what: string): Buffer =>
  frame('A', Buffer.concat([Buffer.alloc(4), Buffer.from(`${channel}\0${what}\0`)]));
const ready = frame('Z', Buffer.from('I'));

it('loses notifications of the channel, and nothing else', () => {
  const lose = withoutNotifications('ours');
  const others = Buffer.concat([ready, told('beat', ''), ready]);
  expect(lose(others)).toEqual(others);
  expect(lose(Buffer.concat([told('ours', 'x'), ready, told('ours', 'y')]))).toEqual(ready);
  const half = told('ours', 'long').subarray(0, 12);
  expect(lose(half)).toEqual(half);
});

it('loses routes that have changed, and keeps snapshots and signs of life', () => {
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const rest = chunk('{"kind":"ping","models":2}\n') + chunk('{"kind":"snapshot","routes":[]}\n');
  const all = chunk('{"kind":"route","route":{"model":"m"}}\n') + rest;
  expect(withoutRoutes(Buffer.from(all)).toString()).toBe(rest);
});
