import { expect, it } from '@jest/globals';
import { addressPolicy, type Resolve } from '#libs/addresses';
import { urlRefusal } from './url-refusal.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'judge.ml': ['10.1.2.3'],
  'judge.example': ['93.184.216.34'],
  both: ['93.184.216.34', '192.168.0.1'],
};
const resolve: Resolve = (host, _options, done) => {
  const found = NAMES[host]?.map((address) => ({ address, family: 4 }));
  if (host === 'silent') return;
  if (found) done(null, found);
  else done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
};
const refusal = urlRefusal(addressPolicy(['10.9.0.0/16']), resolve);

it.each([
  [
    'http://10.1.2.3:9000/verdict?key=secret',
    true,
    /^10\.1\.2\.3 may not be connected to: private .*OUTBOUND_ALLOW/,
  ],
  ['http://10.1.2.3/', false, /^10\.1\.2\.3 may not/],
  ['http://[::1]:1/', false, /^::1 may not/],
  ['http://judge.ml/verdict', true, /^judge\.ml \(10\.1\.2\.3\) may not/],
  ['http://both/', true, /^both \(192\.168\.0\.1\) may not/],
  ['http://169.254.169.254/', false, /never/],
])('%s (names looked up: %s): refused', async (url, mayResolve, why) => {
  const said = await refusal(url, mayResolve);
  expect(said).toMatch(why);
  expect(said).not.toContain('secret');
});

it.each([
  ['http://10.9.1.1/', true],
  ['http://judge.example/', true],
  ['http://judge.ml/', false],
  ['http://nowhere/', true],
  ['no url', true],
])('%s (names looked up: %s): not refused, or not known', async (url, mayResolve) => {
  expect(await refusal(url, mayResolve)).toBeNull();
});
