import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Checks GitHub's `X-Hub-Signature-256` (HMAC-SHA256 of the raw body, hexadecimal, after `sha256=`)
 * in constant time. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isGitHubSignature(secret: string, body: Buffer, header: string | undefined): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(given, 'hex'));
}
