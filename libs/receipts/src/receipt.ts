import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from './hmac-sha256.ts';

/** Which rollout and arm served one request, so that feedback needs no look-up. */
export interface Receipt {
  readonly model: string;
  readonly rolloutId: string;
  /** The route revision, which names the step. */
  readonly revision: number;
  /** The arm that the unit belongs to; also where the primary answered in the candidate's stead. */
  readonly arm: 'primary' | 'candidate';
  readonly requestId: string;
  /** `<gate>=<value>` */
  readonly segments: readonly string[];
  /** The group of units that the request's unit is in; receipts of older gateways do not say. */
  readonly unitGroup?: number | undefined;
}

/** Half of a SHA-256 is more than anybody can guess, and keeps the header short. */
const SIGNATURE_BYTES = 16;
const LONGEST = 4_000;

const signatureOf = (payload: string, key: string): Buffer =>
  hmacSha256(key, payload).subarray(0, SIGNATURE_BYTES);

/** A receipt as a header value: base64url of its fields, a dot, and their HMAC. */
export function signReceipt(receipt: Receipt, key: string): string {
  const { model, rolloutId, revision, arm, requestId, segments, unitGroup } = receipt;
  const payload = Buffer.from(
    JSON.stringify([
      model,
      rolloutId,
      revision,
      arm,
      requestId,
      segments,
      ...(unitGroup === undefined ? [] : [unitGroup]),
    ]),
  ).toString('base64url');
  return `${payload}.${signatureOf(payload, key).toString('base64url')}`;
}

/** @returns `null` for anything that `signReceipt` did not make with this key */
export function readReceipt(text: string, key: string): Receipt | null {
  const [payload, signature, more] = text.length > LONGEST ? [] : text.split('.');
  if (payload === undefined || signature === undefined || more !== undefined) return null;
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(payload, key);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  // Only we could have signed it, so it has the form that we write.
  const [model, rolloutId, revision, arm, requestId, segments, unitGroup] = JSON.parse(
    Buffer.from(payload, 'base64url').toString('utf8'),
  ) as [string, string, number, Receipt['arm'], string, string[], number?];
  return {
    ...{ model, rolloutId, revision, arm, requestId, segments },
    ...(unitGroup !== undefined && { unitGroup }),
  };
}
