import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkToLimit, senderAddress, UNKNOWN_SENDER } from './sender-address.ts';

const TRUSTED = ['127.0.0.0/8', '10.0.0.0/8', '::ffff:172.16.0.0/108', 'fd00::/8', '192.0.2.7/32'];
const sender = senderAddress(TRUSTED);

describe('who has sent a request', () => {
  it.each<[string, string | undefined, string | undefined, string]>([
    ['without the header: the peer', '10.0.0.1', undefined, '10.0.0.1'],
    ['an empty header', '10.0.0.1', ' , ', '10.0.0.1'],
    ['from a proxy that is not trusted', '198.51.100.1', '203.0.113.5', '198.51.100.1'],
    ['from a trusted one', '10.0.0.1', '203.0.113.5', '203.0.113.5'],
    ['a chain of trusted ones', '10.0.0.1', '203.0.113.5, 192.0.2.7,10.9.9.9', '203.0.113.5'],
    ['what the caller has written itself', '10.0.0.1', '127.0.0.1, 203.0.113.5', '203.0.113.5'],
    [
      'and with addresses of trusted proxies in it',
      '10.0.0.1',
      '1.1.1.1, 10.0.0.9, 203.0.113.5',
      '203.0.113.5',
    ],
    ['trusted ones only: who is first', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['IPv4 as IPv6', '::ffff:10.0.0.1', '::ffff:203.0.113.5', '203.0.113.5'],
    ['IPv4 as IPv6, in hexadecimals', '::ffff:a00:1', '203.0.113.5', '203.0.113.5'],
    ['a network that is named as IPv6', '172.20.0.1', '203.0.113.5', '203.0.113.5'],
    ['outside of that network', '172.32.0.1', '203.0.113.5', '172.32.0.1'],
    ['IPv6', 'fd00::1', '2001:DB8:0::1', '2001:db8::1'],
    ['IPv6 that is none of IPv4', '::a00:1', '203.0.113.5', '::a00:1'],
    ['a port', '10.0.0.1', '203.0.113.5:4711', '203.0.113.5'],
    ['brackets', '10.0.0.1', '[2001:db8::1]', '2001:db8::1'],
    ['brackets and a port', '10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
    ['a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['garbage: the last that is known', '10.0.0.1', '203.0.113.5, unknown, 10.0.0.2', '10.0.0.2'],
    ['an obfuscated name', '10.0.0.1', '_hidden', '10.0.0.1'],
    ['a number that some take for an address', '10.0.0.1', '2130706433', '10.0.0.1'],
    ['a name', '10.0.0.1', 'localhost', '10.0.0.1'],
    ['a Unix socket, or a peer that has left', undefined, '203.0.113.5', UNKNOWN_SENDER],
    ['a peer without an address', '', '203.0.113.5', UNKNOWN_SENDER],
  ])('%s', (_what, peer, header, expected) => {
    expect(sender(peer, header)).toBe(expected);
  });

  it('is the peer where nobody is trusted, whatever is said', () => {
    const none = senderAddress([]);
    fc.assert(
      fc.property(fc.ipV4(), fc.string(), (peer, header) => {
        expect(none(peer, header)).toBe(peer);
      }),
    );
  });

  it('cannot be chosen by whoever sends it: what they write stands left of what a trusted proxy adds', () => {
    const outside = fc.ipV4().filter((address) => sender(address, '1.1.1.1') === address);
    const proxies = fc.array(
      fc.nat(255).map((n) => `10.0.0.${n}`),
      { maxLength: 4 },
    );
    const own = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.1')), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(outside, proxies, own, (address, through, written) => {
        const [peer = '10.1.1.1', ...before] = through;
        const header = [...written, address, ...before.reverse()].join(', ');
        expect(sender(peer, header)).toBe(address);
      }),
    );
  });
});

it('an IPv6 network of 64 bits is one caller, an IPv4 address is one', () => {
  expect(networkToLimit('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(networkToLimit('2001:db8:1:2::')).toBe('2001:db8:1:2::/64');
  expect(networkToLimit('2001:db8:1:3::')).toBe('2001:db8:1:3::/64');
  expect(networkToLimit('203.0.113.5')).toBe('203.0.113.5');
  expect(networkToLimit(UNKNOWN_SENDER)).toBe(UNKNOWN_SENDER);
});
