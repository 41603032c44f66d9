import { isUtf8 } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Checks GitHub's `X-Hub-Signature-256` (HMAC-SHA256 of the raw body, hexadecimal, after `sha256=`)
 * in constant time. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isGitHubSignature(secret: string, body: Buffer, header: string | undefined): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(given, 'hex'));
}

/** Checks a Standard Webhooks signature, and that it was made within 300 s. Bytes that are no UTF-8 have none. */
export function isStandardSignature(secret: string, body: Buffer, headers: Headers): boolean {
  // The library signs text: bytes that are none would be signed as something else.
  if (!isUtf8(body)) return false;
  try {
    new Webhook(secret).verify(body.toString('utf8'), headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Compares texts of any length in a time that tells nothing of them. */
export function isSameText(secret: string, given: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(secret), digest(given));
}
