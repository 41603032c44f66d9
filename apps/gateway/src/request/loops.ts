import { createHash } from 'node:crypto';
import type { Config } from '#libs/config';

const PREFIX = 'understudy-';
/** Gateways in a row, by design; more are a loop in which somebody changes names. */
const MOST_GATEWAYS = 8;
const OURS = /\bunderstudy-[0-9a-f]{12}\b/g;

/**
 * What this gateway calls itself in `Via` (RFC 9110 §7.6.3): one name for all processes of a machine's gateway, for
 * nobody else, and telling nobody its host.
 */
export function pseudonymOf({
  gatewayId,
  gatewaySlot,
  home,
  gatewayPort,
}: Pick<Config, 'gatewayId' | 'gatewaySlot' | 'home' | 'gatewayPort'>): string {
  const id = gatewaySlot > 0 ? gatewayId.replace(/\/\d+$/, '') : gatewayId;
  const hash = createHash('sha256').update(`${id}\n${home}\n${gatewayPort}`).digest('hex');
  return PREFIX + hash.slice(0, 12);
}

/**
 * Has a request come through this gateway before, or through so many that it goes round? A serving URL that leads back
 * to a gateway would otherwise take a connection for each round, until none is left.
 * @param headers names and values in turn
 */
export function isLoop(headers: readonly string[], pseudonym: string): boolean {
  let gateways = 0;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (name.length !== 3 || name.toLowerCase() !== 'via') continue;
    for (const [one] of (headers[i + 1] ?? '').matchAll(OURS))
      if (one === pseudonym || ++gateways >= MOST_GATEWAYS) return true;
  }
  return false;
}
