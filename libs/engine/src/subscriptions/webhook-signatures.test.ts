import { createHmac } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isWebhookSecret, webhookSignatures } from './webhook-signatures.ts';

const NOW = 1_700_000_000_123;
const bytes = fc.uint8Array({ minLength: 1, maxLength: 75 });
const secretOf = (key: Uint8Array): string => `whsec_${Buffer.from(key).toString('base64')}`;

it('takes the secrets that receivers can read, and no others', () => {
  fc.assert(fc.property(bytes, (key) => isWebhookSecret(secretOf(key))));
  const texts = fc.oneof(
    fc.string(),
    fc
      .string({ unit: fc.constantFrom(...'AZaz09+/=_-') })
      .filter((text) => text !== '')
      .map((text) => `whsec_${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const isRead = (): boolean => {
        try {
          new Webhook(text);
          return true;
        } catch {
          return false;
        }
      };
      return !isWebhookSecret(text) || isRead();
    }),
  );
  for (const wrong of ['', 'whsec_', 'whsec_====', 'whsec_QQ', 'whsec_A=BC', 'QUJD'])
    expect([wrong, isWebhookSecret(wrong)]).toEqual([wrong, false]);
});

it('signs whatever text as the specification says, once for each secret that still counts', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 3 }), fc.string({ unit: 'binary' }), (keys, body) => {
      const secrets = keys.map((key, i) => ({ secret: secretOf(key), until: i === 0 ? null : NOW + i - 1 }));
      const id = 'evt_1';
      const signed = webhookSignatures({ secrets }, { id, body, now: NOW });
      const counted = keys.filter((_, i) => i === 0 || i > 1);
      const expected = counted.map((key) => {
        const mac = createHmac('sha256', key).update(`${id}.${Math.floor(NOW / 1_000)}.${body}`);
        return `v1,${mac.digest('base64')}`;
      });
      expect(signed).toBe(expected.join(' '));
    }),
  );
});

it('goes on signing with a secret that lacks its padding, and not at all with one of no bytes', () => {
  const secrets = [
    { secret: 'whsec_QQ', until: null },
    { secret: 'whsec_====', until: null },
  ];
  const mac = createHmac('sha256', 'A').update('evt_1.1700000000.{}').digest('base64');
  expect(webhookSignatures({ secrets }, { id: 'evt_1', body: '{}', now: NOW })).toBe(`v1,${mac}`);
});
