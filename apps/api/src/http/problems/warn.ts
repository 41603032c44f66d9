import type { FastifyReply } from 'fastify';
import { redact } from '#libs/kernel';
import type { PolicyWarning } from '#libs/engine';

/** Clients take 16 KB of header lines. */
const MOST_SAID = 5;

/**
 * Says what is no mistake for certain beside an answer whose body has no room for it: in the field `Warning`, code 299, as Kubernetes does. Header
 * lines are ASCII, so the text is written as a JSON string.
 */
export function warn(reply: FastifyReply, warnings: readonly PolicyWarning[]): void {
  if (warnings.length === 0) return;
  void reply.header(
    'warning',
    warnings.slice(0, MOST_SAID).map(({ detail }) => `299 understudy ${asciiJson(redact(detail))}`),
  );
}

const asciiJson = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^\x20-\x7e]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
