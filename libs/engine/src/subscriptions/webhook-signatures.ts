import { Webhook } from 'standardwebhooks';
import type { Instant } from '#libs/kernel';
import type { SubscriptionRecord } from '../ports/subscriptions.ts';

const PREFIX = /^whsec_/;

/** Whether it is `whsec_` and base64 of at least one byte: what receivers' libraries read as a secret. */
export function isWebhookSecret(text: string): boolean {
  const encoded = text.replace(PREFIX, '');
  return PREFIX.test(text) && encoded !== '' && Buffer.from(encoded, 'base64').toString('base64') === encoded;
}

/**
 * The value of `webhook-signature`: one for each secret that still counts, as a receiver that changes over wants it.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookSignatures(
  { secrets }: Pick<SubscriptionRecord, 'secrets'>,
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: Instant },
): string {
  return (
    secrets
      .filter(({ until }) => until === null || until > now)
      // Its bytes, not its text: secrets that were taken before `isWebhookSecret` was asked may lack their padding.
      .map(({ secret }) => Buffer.from(secret.replace(PREFIX, ''), 'base64'))
      .filter((key) => key.length > 0)
      .map((key) => new Webhook(key, { format: 'raw' }).sign(id, new Date(now), body))
      .join(' ')
  );
}
