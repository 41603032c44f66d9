import { isIP } from 'node:net';
import { z } from 'zod';

export const port = (fallback: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0, 'a port is 0 to 65535')
    .max(65_535, 'a port is 0 to 65535')
    .default(fallback);
export const whole = (fallback: number, most: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(1, 'must be at least 1')
    .max(most)
    .default(fallback);
export const none = (fallback: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0, 'less than none')
    .default(fallback);
export const url = (schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `not a URL that starts with ${schemes.join(' or ')}//`,
    );

const isBare = (text: string): boolean => {
  if (!URL.canParse(text)) return true;
  const { search, hash, username, password } = new URL(text);
  return search + hash + username + password === '';
};
export const bareUrl = url(['http:', 'https:']).refine(
  isBare,
  'has a query, a fragment or credentials: omit them',
);

export const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
};
export const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
};
export const isLoopback = (bind: string): boolean => /^(127\.|::1$|localhost$)/.test(bind);

/** A token as it is, not as a header writes it; `quotedTokens` tells of one that an env file writes. @param least letters */
export const token = (least: number) =>
  z
    .string()
    .min(least, `shorter than ${least} characters`)
    .refine(
      (text) => !/^bearer\s/i.test(text),
      "begins with Bearer, which is the header's: give the token alone",
    )
    .refine(
      (text) => !/^basic\s/i.test(text),
      "begins with Basic, which is the header's: give the token alone",
    );
