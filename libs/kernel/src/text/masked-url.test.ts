import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMaskedUrl, maskedWebhook } from '../index.ts';

it.each([
  ['https://log.example/hook', 'https://log.example/hook'],
  ['https://log.example', 'https://log.example'],
  ['http://10.0.0.7:8080/v2/event-log/', 'http://10.0.0.7:8080/v2/event-log/'],
  ['https://log.example/hook?key=abc&team=ml', 'https://log.example/hook?key=…&team=…'],
  ['https://log.example/hook?c2VjcmV0S2V5QQ==', 'https://log.example/hook?…'],
  ['https://log.example/hook?abc#def', 'https://log.example/hook?…'],
  ['https://discord.com/api/webhooks/114/aB_c-D', 'https://discord.com/api/webhooks/…/…'],
  ['https://hooks.slack.com/services/T02/B04/xyZ9', 'https://hooks.slack.com/services/…/…/…'],
  [
    'https://acme.webhook.office.com/webhookb2/f1-2@a/IncomingWebhook/0a1b/c2',
    'https://acme.webhook.office.com/webhookb2/…/…/…/c2',
  ],
  [
    'https://prod-1.logic.azure.com:443/workflows/9f3c/triggers/manual/paths/invoke?api-version=1&sig=s',
    'https://prod-1.logic.azure.com/workflows/…/triggers/manual/paths/invoke?api-version=…&sig=…',
  ],
  [
    'https://chat.googleapis.com/v1/spaces/AAA/messages?key=k',
    'https://chat.googleapis.com/v1/spaces/…/messages?key=…',
  ],
])('%s is shown as %s', (url, shown) => {
  expect(maskedWebhook(url)).toBe(shown);
  expect(isMaskedUrl(shown)).toBe(shown !== url && shown.includes('…'));
  expect(isMaskedUrl(url)).toBe(false);
});

it('shows no token that a machine has made, wherever it stands, and is the same of itself', () => {
  const token = fc.oneof(
    fc.uuid(),
    fc.base64String({ minLength: 12, maxLength: 60 }).map((text) => encodeURIComponent(text)),
    fc.stringMatching(/^[0-9a-f]{16,64}$/),
    fc.stringMatching(/^[a-z]{17,40}$/),
    fc.stringMatching(/^[A-Z][A-Za-z0-9]{7,20}$/),
  );
  const place = fc.constantFrom(
    '/$',
    '/hooks/$',
    '/hooks/$/x',
    '/x?$',
    '/x?key=$',
    '/?a=1&token=$',
    '/%2e/$',
  );
  // As it is, and not as a form writes it.
  const bare = fc.tuple(
    fc.base64String({ minLength: 12, maxLength: 60 }),
    fc.constantFrom('/x?$', '/x?key=$', '/?a=1&$', '/x?$&a=1'),
  );
  fc.assert(
    fc.property(fc.oneof(fc.tuple(token, place), bare), ([secret, at]) => {
      const shown = maskedWebhook(`https://h.example${at.replace('$', () => secret)}`);
      expect(shown).not.toContain(secret);
      expect(shown).toContain('…');
      expect(isMaskedUrl(new URL(shown).href)).toBe(true);
    }),
  );
});
