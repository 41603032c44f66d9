import { shownUrl } from '../address-under.ts';

/** Stands for what is not shown. */
const LEFT_OUT = '…';
/** What people name paths by (`hooks`, `api`, `event-log`, `v2`); anything else may be a key, as in the webhook addresses of Slack, Teams and Discord. */
const WORD = /^[a-z]{0,16}\d{0,2}([._-][a-z]{1,16}\d{0,2})?$/;

/**
 * The address of a webhook for whoever sees the thing that it belongs to. Whoever knows such an address may post there, so what may be a key is
 * left out: the values of its query, and what of its path is no word.
 * @param url an absolute one; shown as it is where there is nothing to leave out
 */
export function maskedWebhook(url: string): string {
  const { origin, pathname, search, href } = new URL(url);
  const path = pathname.split('/').map((part) => (WORD.test(part) ? part : LEFT_OUT));
  const masked = origin + path.join('/') + shownUrl(search);
  return masked === href ? url : masked;
}

/** Is something left out of this address? Whoever sends it back means the one that is known. */
export const isMaskedUrl = (url: string): boolean => url.includes(LEFT_OUT) || /%E2%80%A6/i.test(url);
