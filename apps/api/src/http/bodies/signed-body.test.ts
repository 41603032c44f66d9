import { createHmac } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGitHubSignature } from '../../webhooks/signatures.ts';
import { SignedBody } from './signed-body.ts';

const SECRET = 'a secret of sixteen';
const sign = (bytes: Buffer): string => `sha256=${createHmac('sha256', SECRET).update(bytes).digest('hex')}`;
const types = fc.constantFrom('json' as const, 'yaml' as const, 'form' as const);
const payloads = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string(), fc.integer()));
const bytesOf = (type: 'json' | 'yaml' | 'form', payload: unknown): Buffer => {
  const json = JSON.stringify(payload);
  return Buffer.from(type === 'form' ? new URLSearchParams({ payload: json }).toString() : json);
};

it('says what its bytes say, when they are signed', () => {
  fc.assert(
    fc.property(types, payloads, (type, payload) => {
      const bytes = bytesOf(type, payload);
      const opened = new SignedBody(bytes, type).open((raw) => isGitHubSignature(SECRET, raw, sign(bytes)));
      expect(opened).toEqual({ raw: bytes, payload });
    }),
  );
});

it('says nothing, and parses nothing, when any other bytes are signed', () => {
  fc.assert(
    fc.property(types, fc.uint8Array(), fc.uint8Array(), (type, sent, signed) => {
      fc.pre(Buffer.compare(sent, signed) !== 0);
      const signature = sign(Buffer.from(signed));
      // What cannot be parsed would throw.
      const open = (bytes: Buffer) =>
        new SignedBody(bytes, type).open((raw) => isGitHubSignature(SECRET, raw, signature));
      expect(open(Buffer.from(sent))).toBeNull();
      expect(open(bytesOf(type, { of: 'nothing' }))).toBeNull();
    }),
  );
});

it.each<[type: 'json' | 'yaml' | 'form', text: string | Buffer, error: RegExp]>([
  ['json', '', /not JSON/],
  ['json', '{', /not JSON/],
  ['json', Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
  ['yaml', 'a: b: c', /YAML cannot be read/],
  ['form', 'other=1', /no field "payload"/],
  ['form', 'payload=%7B', /not JSON/],
])('refuses signed bytes that cannot be read: %s %j', (type, text, error) => {
  expect(() => new SignedBody(Buffer.from(text), type).open(() => true)).toThrow(error);
});

it('takes a byte order mark, and keys that nobody reads', () => {
  const opened = new SignedBody(Buffer.from('\ufeff{"__proto__":{"x":1},"a":"\\ud83d"}'), 'json').open(
    () => true,
  );
  expect(opened?.payload).toMatchObject({ a: '\ud83d' });
  expect(({} as { x?: number }).x).toBeUndefined();
});
