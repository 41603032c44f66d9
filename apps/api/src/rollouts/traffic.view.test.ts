import { expect, it } from '@jest/globals';
import { routeTo } from '../../../../test/support/gateways/lone-gateway.ts';
import { trafficView } from './traffic.view.ts';

const URL = 'http://127.0.0.1:9';
const candidate = { version: 3, url: URL, mode: 'canary', weight: 2_500 } as const;

it('says what the route does, and nothing of a route of another rollout or of a retired model', () => {
  const route = routeTo('digits', URL, { rolloutId: 'a', candidate });
  expect(trafficView(route, 'a')).toEqual({
    primary: 1,
    candidate: { version: 3, mode: 'canary', weight: 2_500, heldBack: false, segments: [] },
  });
  expect(trafficView(route, 'b')).toBeNull();
  expect(trafficView(null, 'a')).toBeNull();
  expect(
    trafficView({ ...route, retired: { reason: 'old', since: '2026-11-28T00:00:00Z' } }, 'a'),
  ).toBeNull();
  expect(trafficView(routeTo('digits', URL, { rolloutId: 'a' }), 'a')).toEqual({
    primary: 1,
    candidate: null,
  });
});

it('names who is held back, and the rings with their shares', () => {
  const rule = { by: 'header', name: 'x-staff', values: ['yes'] } as never;
  const rings = [{ segment: 'staff', share: 5_000, judged: true, rule }];
  const of = (more: object) =>
    trafficView(routeTo('digits', URL, { rolloutId: 'a', candidate: { ...candidate, ...more } }), 'a')
      ?.candidate;
  expect(of({ heldBack: true, weight: 500 })).toMatchObject({ heldBack: true, weight: 500 });
  expect(of({ rings, weight: 0 })?.segments).toEqual([{ segment: 'staff', weight: 5_000 }]);
});
