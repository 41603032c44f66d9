import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holdsCredential } from './credential-name.ts';

const CREDENTIALS = [
  ...[
    'Authorization',
    'cookie',
    'X-Api-Key',
    'x-xapikey',
    'XApiKey',
    'authtoken',
    'x-authtoken',
    'myAPIToken',
  ],
  ...['passwd', 'x-auth', 'x-session-id', 'jsessionid', 'x-amzn-oidc-data', 'x-goog-iap-jwt-assertion'],
  ...[
    'ocp-apim-subscription-key',
    'x-functions-key',
    'cf-access-jwt-assertion',
    'client_secret',
    'credentials',
  ],
];

it.each(CREDENTIALS)('%s lets somebody in', (name) => expect(holdsCredential(name)).toBe(true));

it.each([
  ...[
    'x-user',
    'x-tenant',
    'country',
    '$.tenant',
    '$.user.tier',
    '$.max_tokens',
    '$.usage.total_tokens',
    'author',
  ],
  ...['x-author', '$.session.country', 'keyboard', 'broken', '$.items[0].kind', 'x-request-id', ''],
])('%s does not', (name) => expect(holdsCredential(name)).toBe(false));

it('wherever in a path it is, in a list too, and however its words are joined', () => {
  const place = fc.constantFrom('$.', '$.user.', '$.headers[0].', "$['a b'].");
  const index = fc.constantFrom('', '[0]', '[12]');
  const joined = fc
    .tuple(
      fc.constantFrom('access', 'my', 'x', 'client'),
      fc.constantFrom('token', 'secret', 'password', 'apikey'),
    )
    .chain(([a, b]) => {
      const capital = `${b.charAt(0).toUpperCase()}${b.slice(1)}`;
      return fc.constantFrom(
        `${a}_${b}`,
        `${a}-${b}`,
        `${a}${b}`,
        `${a}${capital}`,
        `${a}_${b}`.toUpperCase(),
      );
    });
  fc.assert(
    fc.property(place, joined, index, (at, name, i) => {
      expect(holdsCredential(`${at}${name}${i}`)).toBe(true);
      expect(holdsCredential(`${at}${name}.value${i}`)).toBe(true);
    }),
  );
});
