import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadConfig } from '../config.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import { SETTINGS } from './to-config.ts';

const OTHERS = /^(OTEL|MLFLOW|KUBERNETES)_/;
const long = SETTINGS.filter((name) => name.length >= 9 && !OTHERS.test(name));
const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_');

/** A name with one letter left out, put in, changed, or in its neighbour's place. */
const slip = fc
  .tuple(fc.constantFrom(...long), fc.nat(), letter, fc.constantFrom('out', 'in', 'other', 'swap'))
  .map(([name, n, other, how]) => {
    // Its first word stays.
    const at = 1 + (n % (name.length - 2));
    const [before, after] = [name.slice(0, at), name.slice(at)];
    if (how === 'out') return [name, before + after.slice(1)] as const;
    if (how === 'in') return [name, before + other + after] as const;
    if (how === 'other') return [name, before + other + after.slice(1)] as const;
    return [name, before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2)] as const;
  })
  .filter(([name, wrong]) => wrong !== name && !SETTINGS.includes(wrong));

describe('a variable that looks like a setting', () => {
  it('is said to be none by a slip in any setting, with the setting’s name', () => {
    fc.assert(
      fc.property(slip, ([, wrong]) => {
        if (OTHERS.test(wrong) || /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\w+)?)$/.test(wrong)) return;
        const [said = ''] = misspeltSettings({ [wrong]: 'x' }, SETTINGS);
        expect(said).toContain(`the variable ${wrong} is no setting`);
        expect(SETTINGS).toContain(/did you mean (\w+)\?/.exec(said)?.[1]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['UNDERSTUDY_ADMIN_TOKN', 'UNDERSTUDY_ADMIN_TOKEN'],
    ['UNDERSTUDY_TOEKN', 'UNDERSTUDY_TOKEN'],
    ['PROMETHEUS_URI', 'PROMETHEUS_URL'],
    ['GATEWAY_PROCESES', 'GATEWAY_PROCESSES'],
  ])('%s: %s', (wrong, right) => {
    expect(loadConfig({ [wrong]: 'planted' }).warnings).toEqual([
      `the variable ${wrong} is no setting, and is ignored: did you mean ${right}?`,
    ]);
  });

  it('is said to be none where it begins with our name', () => {
    expect(loadConfig({ UNDERSTUDY_FAST: '1' }).warnings).toEqual([
      'the variable UNDERSTUDY_FAST is no setting, and is ignored: docs/guides/settings.md lists them',
    ]);
  });

  it.each([
    ['all settings', Object.fromEntries(SETTINGS.map((name) => [name, '1']))],
    ['what clients read', { UNDERSTUDY_URL: 'http://a', UNDERSTUDY_CONFIG: '/b' }],
    [
      'links of Kubernetes',
      {
        UNDERSTUDY_API_SERVICE_HOST: '10.0.0.1',
        UNDERSTUDY_API_PORT_7400_TCP_ADDR: '10.0.0.1',
        UNDERSTUDY_API_PORT: 'tcp://10.0.0.1:7400',
        UNDERSTUDY_API_SERVICE_PORT_HTTP: '7400',
      },
    ],
    ['what is set rightly besides', { PROMETHEUS_URL: 'http://a', PROMETHEUS_URI: 'http://b' }],
    [
      'names of others',
      { PATH: '/bin', HOME: '/', GATEWAY_INTERFACE: 'CGI/1.1', OTEL_LOG_LEVEL: 'x', API_KEY: 'x' },
    ],
  ])('is none of %s', (_what, set) => {
    expect(misspeltSettings(set, SETTINGS)).toEqual([]);
  });
});

describe('a token of a setting', () => {
  it.each([
    ['Bearer us_abcdefghijklmnopqrstuvwxyz', /begins with Bearer/],
    ['bearer an-own-text-of-16', /begins with Bearer/],
    ['Basic dXNlcjpwYXNzd29yZA==', /begins with Basic/],
  ])('%s is refused, in words without it', (token, why) => {
    for (const name of ['UNDERSTUDY_ADMIN_TOKEN', 'UNDERSTUDY_TOKEN', 'UNDERSTUDY_ROUTER_TOKEN']) {
      const said = (): unknown => loadConfig({ [name]: token });
      expect(said).toThrow(why);
      expect(said).not.toThrow(token);
    }
  });
  it.each(['"us_abcdefghijklmnopqrstuvwxyz"', "'an own text that is long'"])(
    '%s is taken as it is, and warned of, in words without it',
    (token) => {
      for (const name of ['UNDERSTUDY_ADMIN_TOKEN', 'UNDERSTUDY_TOKEN', 'UNDERSTUDY_ROUTER_TOKEN']) {
        const { warnings } = loadConfig({ [name]: token });
        expect(warnings).toEqual([expect.stringContaining(`${name} stands in quotes`)]);
        expect(warnings.join()).not.toContain(token.slice(1, -1));
      }
      expect(loadConfig({ UNDERSTUDY_ADMIN_TOKEN: token }).adminToken).toBe(token);
      expect(loadConfig({ UNDERSTUDY_TOKEN: token }).token).toBe(token);
    },
  );
  it.each(['an-own-text-of-16', 'say "friend" and enter', "it's a long text'", 'bearers of good news'])(
    '%s is taken',
    (token) => {
      const { adminToken, warnings } = loadConfig({ UNDERSTUDY_ADMIN_TOKEN: token });
      expect([adminToken, warnings]).toEqual([token, []]);
    },
  );
});
