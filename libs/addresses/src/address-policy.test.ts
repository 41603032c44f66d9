import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AddressRefusedError, addressPolicy, guardedLookup, hostRefusal, type Resolve } from './index.ts';

const none = addressPolicy([]);
const private10 = addressPolicy([
  '10.0.0.0/8',
  'fd12::/16',
  '169.254.0.0/16',
  '127.0.0.2/32',
  '::/0',
  '0.0.0.0/0',
]);

describe('with nothing allowed', () => {
  test.each(['8.8.8.8', '2606:4700::1111', '64:ff9b::808:808', '::ffff:8.8.8.8'])('%s is public', (address) =>
    expect(none.refusal(address)).toBeNull(),
  );

  test.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd12::1',
    'fec0::1',
    '198.18.0.1',
    '240.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '::ffff:0:127.0.0.1',
    'localhost',
    '',
  ])('%s is refused', (address) => expect(none.refusal(address)).not.toBeNull());
});

test.each([
  '169.254.169.254',
  '169.254.170.2',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  '::a9fe:a9fe',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
])('%s is refused whatever is allowed', (address) => expect(private10.refusal(address)).not.toBeNull());

test('what is allowed is connected to', () => {
  const policy = addressPolicy(['10.0.0.0/8', 'fd12::/16']);
  expect(policy.refusal('10.255.0.1')).toBeNull();
  expect(policy.refusal('::ffff:10.0.0.1')).toBeNull();
  expect(policy.refusal('fd12::9')).toBeNull();
  expect(policy.refusal('11.0.0.1')).toBeNull();
  expect(policy.refusal('192.168.0.1')).toMatch(/OUTBOUND_ALLOW/);
});

test('a WHATWG URL in any spelling of an address comes to the same host', () => {
  const spellings = [
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:169.254.169.254]',
  ];
  for (const spelling of spellings)
    expect(hostRefusal(none, new URL(`http://${spelling}/latest`).hostname)).toBeInstanceOf(
      AddressRefusedError,
    );
});

test('any IPv4 address is judged the same in all its IPv6 clothes', () => {
  fc.assert(
    fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), ([a, b, c, d]) => {
      const plain = `${a}.${b}.${c}.${d}`;
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const allowed = none.refusal(plain) === null;
      expect(none.refusal(`::ffff:${plain}`) === null).toBe(allowed);
      expect(none.refusal(`::ffff:${hex}`) === null).toBe(allowed);
      expect(none.refusal(`64:ff9b::${hex}`) === null).toBe(allowed);
    }),
  );
});

describe('a look-up', () => {
  const ask = (addresses: string[], options: { all?: boolean } = {}) =>
    new Promise((resolve) => {
      const answers: Resolve = (_host, _options, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
      guardedLookup(none, answers)('models.example', options, (error, address, family) =>
        resolve(error ?? [address, family]),
      );
    });

  test('gives what was asked for', async () => {
    expect(await ask(['8.8.8.8'])).toEqual(['8.8.8.8', 4]);
    expect(await ask(['8.8.8.8', '2606::1'], { all: true })).toEqual([
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606::1', family: 6 },
      ],
      undefined,
    ]);
  });

  test('one refused answer refuses the name', async () => {
    expect(await ask(['8.8.8.8', '127.0.0.1'])).toBeInstanceOf(AddressRefusedError);
    expect(await ask(['127.0.0.1', '8.8.8.8'], { all: true })).toBeInstanceOf(AddressRefusedError);
    expect(await ask([])).toMatchObject({ code: 'ENOTFOUND' });
  });
});
