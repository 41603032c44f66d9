import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Payload, type Route } from '#libs/traffic';
import { segmentsOf } from './segments.ts';

type Rule = { gate: string; header: string | null; path: string | null };
const routeBy = (...rules: Rule[]): Route =>
  ({
    rolloutId: 'r',
    reading: { segments: rules.map((rule) => ({ ...rule, most: 10 })) },
  }) as unknown as Route;
const asked = (headers: Record<string, string>) => ({ header: (name: string) => headers[name] });
const bodyOf = (value: unknown): Payload => ({ value }) as unknown as Payload;

const CREDENTIALS = [
  ...['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-auth-token', 'x-amz-security-token'],
  ...['x_access_token', 'client-secret', 'x-user-password', 'x-jwt'],
];
const FIELDS = ['$.apiKey', '$.user.accessToken', '$.password', '$.auth.client_secret'];
const secret = fc
  .string({ minLength: 8, maxLength: 60, unit: 'grapheme-ascii' })
  .filter((text) => text.trim().length > 7);

it('a credential that is planted in a header or a body is in no segment', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CREDENTIALS),
      fc.constantFrom(...FIELDS),
      secret,
      (header, path, planted) => {
        const nested = path
          .slice(2)
          .split('.')
          .reduceRight<unknown>((value, key) => ({ [key]: value }), planted);
        const route = routeBy({ gate: 'h', header, path: null }, { gate: 'b', header: null, path });
        const found = segmentsOf(route, asked({ [header]: planted }), bodyOf(nested));
        expect(found).toEqual(['h=(hidden)', 'b=(hidden)']);
        expect(segmentsOf(route, asked({}), bodyOf({}))).toEqual(['h=(none)', 'b=(none)']);
      },
    ),
  );
});

it.each(['x-country', 'x-team', 'user-agent', 'x-token-type', 'x-cookie-consent'])(
  'the values of %s are names',
  (header) => {
    expect(segmentsOf(routeBy({ gate: 'g', header, path: null }), asked({ [header]: 'de' }), null)).toEqual([
      'g=de',
    ]);
  },
);
