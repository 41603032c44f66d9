import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isStorableText,
  keepSecret,
  keepSettingsSecret,
  keepUrlSecret,
  redact,
  redactDeep,
  secretsInUrl,
  unstorableIn,
} from '../index.ts';

const secret = fc.string({ minLength: 12, maxLength: 40, unit: 'grapheme-ascii' }).map((s) => `${s}q7!Z`);
const basicOf = (user: string, s: string) => Buffer.from(`${user}:${s}`).toString('base64');
/** Ways in which a peer repeats what it was sent. */
const FORMS: readonly ((s: string, user: string) => string)[] = [
  (s) => s,
  (s) => JSON.stringify({ authorization: `Bearer ${s}` }),
  (s) => JSON.stringify({ body: JSON.stringify({ token: s }) }),
  (s) => `?code=${encodeURIComponent(s)}&x=1`,
  (s) => `?code=${encodeURIComponent(s).replace(/%../g, (hex) => hex.toLowerCase())}`,
  (s) => new URLSearchParams({ a: 'b' }).toString() + `&c=${encodeURIComponent(s).replaceAll('%20', '+')}`,
  (s, user) => `Basic ${basicOf(user, s)}`,
  (s, user) => Buffer.from(`${user}:${s}, and more`).toString('base64url'),
];

it('whatever was made known is said in no form, and the rest is', () => {
  fc.assert(
    fc.property(
      secret,
      fc.string({ maxLength: 9, unit: fc.constantFrom('u', 'v', 'w') }),
      fc.constantFrom(...FORMS),
      (s, user, form) => {
        keepSecret(s);
        const said = redactDeep({ because: [`503: ${form(s, user)} of the source`], n: 1 });
        const text = JSON.stringify(said);
        expect(text).toContain('[redacted]');
        for (const one of [s, encodeURIComponent(s), basicOf(user, s)]) expect(text).not.toContain(one);
        expect(said.because[0]).toMatch(/^503: .* of the source$/s);
      },
    ),
  );
});

it('whatever a peer has said can be kept', () => {
  const said = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\ud800', '\udc00', 'ok')),
  );
  fc.assert(
    fc.property(said, (parts) => {
      const text = parts.join('');
      const written = redactDeep({ verdicts: [{ because: text }] });
      expect(unstorableIn(written)).toBeNull();
      expect(JSON.parse(JSON.stringify(written))).toEqual(written);
      expect(redact(text) === text).toBe(isStorableText(text));
    }),
  );
});

it('a URL gives away its password and its keys, and not what everybody may know', () => {
  const url =
    'https://us:p%40ss-word@h.example/p?api-version=2024-02-01&code=aB%2Fcode&sv=0123456789abcdef01234';
  expect(secretsInUrl(url)).toEqual(
    expect.arrayContaining(['p@ss-word', basicOf('us', 'p@ss-word'), 'aB/code', '0123456789abcdef01234']),
  );
  expect(secretsInUrl(url)).not.toContain('2024-02-01');
  for (const none of ['', 'no url', 'https://h.example/p', '?code=x']) expect(secretsInUrl(none)).toEqual([]);
  keepUrlSecret(url);
  expect(redact('since 2024-02-01 it says aB/code')).toBe('since 2024-02-01 it says [redacted]');
});

it('short ones black nothing out, and settings are not forgotten for what passes by', () => {
  keepSettingsSecret(['abc', 'a-setting-to-keep']);
  for (let i = 0; i < 2_000; i++) keepSecret(`passing-${i}-secret`);
  expect(redact('abc of a-setting-to-keep, passing-1999-secret')).toBe('abc of [redacted], [redacted]');
});
