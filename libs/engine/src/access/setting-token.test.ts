import { describe, expect, it } from '@jest/globals';
import { assertUsable, newToken } from '../index.ts';

describe('the token of a setting', () => {
  it.each([
    ['of ours', newToken()],
    ['of their own', 'an-own-text-of-16'],
    ['with signs', 'p@ss:word/with+signs='],
    ['of words, which basic authentication brings', 'grüne Äpfel fallen leise'],
  ])('%s may be used', (_what, token) => {
    expect(() => assertUsable('UNDERSTUDY_ADMIN_TOKEN', token)).not.toThrow();
  });
  const whole = newToken();
  it.each([
    ['with another end', `${whole.slice(0, -1)}_`, /checksum/],
    ['cut off', whole.slice(0, -1), /checksum/],
    ['with a letter too many', `${whole}x`, /checksum/],
    ['that only begins as ours', 'us_of_an_admin_and_secret', /checksum/],
    ['with a line break', 'a text of their own\n', /control character/],
  ])('one %s is refused at the start, by its name', (_what, token, why) => {
    expect(() => assertUsable('UNDERSTUDY_ADMIN_TOKEN', token)).toThrow(why);
    expect(() => assertUsable('UNDERSTUDY_ADMIN_TOKEN', token)).toThrow(/^UNDERSTUDY_ADMIN_TOKEN /);
  });
});
