import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLoop, pseudonymOf } from './loops.ts';

const of = { gatewayId: 'g', gatewaySlot: 0, home: '/h', gatewayPort: 7541 };
const OWN = pseudonymOf(of);
const others = Array.from({ length: 20 }, (_, i) => pseudonymOf({ ...of, gatewayPort: i }));

it('a gateway has one name, its processes share it, and no other has it', () => {
  expect(OWN).toMatch(/^understudy-[0-9a-f]{12}$/);
  expect(pseudonymOf({ ...of, gatewayId: 'g/2', gatewaySlot: 2 })).toBe(OWN);
  expect(new Set([OWN, ...others, pseudonymOf({ ...of, home: '/i' })]).size).toBe(22);
});

it('what has been here, or through eight gateways, goes round; however its Via is written', () => {
  const hop = fc.oneof(
    fc.constantFrom(OWN, ...others.slice(0, 3)),
    fc.constantFrom('nginx', 'varnish (Varnish/7)', ''),
  );
  const line = fc.array(hop, { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), fc.constantFrom('Via', 'via', 'VIA'), (lines, name) => {
      const headers = lines.flatMap((hops) => ['x-a', OWN, name, hops.map((one) => `1.1 ${one}`).join(', ')]);
      const hops = lines.flat();
      const gateways = hops.filter((one) => others.includes(one)).length;
      expect(isLoop(headers, OWN)).toBe(hops.includes(OWN) || gateways >= 8);
    }),
  );
});
