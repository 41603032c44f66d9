import { expect, it } from '@jest/globals';
import { acceptanceOf } from './acceptance.ts';
import { httpRouteOf } from './gateway-route.fixture.ts';

const said = (type: string, status: string, observedGeneration = 3) => ({
  ...{ type, status, observedGeneration, reason: 'Why', message: 'words' },
});
const BOTH = [said('Accepted', 'True'), said('ResolvedRefs', 'True')];
const of = (parentRefs: object[], parents: { parentRef: object; conditions: object[] }[]) =>
  acceptanceOf(httpRouteOf({ metadata: { generation: 3 }, spec: { parentRefs }, status: { parents } }));
const FRONT = { name: 'front' };
/** With what is usual written out, as some controllers do. */
const FRONT_WRITTEN_OUT = {
  ...{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'front', namespace: 'models' },
};

it.each<[string, object[], { parentRef: object; conditions: object[] }[], string, RegExp | null]>([
  ['all say so', [FRONT], [{ parentRef: FRONT_WRITTEN_OUT, conditions: BOTH }], 'accepted', null],
  ['nobody has said anything', [FRONT], [], 'waiting', /no controller has said anything of its parent front/],
  [
    'of the generation before',
    [FRONT],
    [{ parentRef: FRONT, conditions: [said('Accepted', 'True', 2), said('ResolvedRefs', 'True', 2)] }],
    'waiting',
    /has not said Accepted and ResolvedRefs of generation 3/,
  ],
  [
    'one of two gateways only',
    [FRONT, { name: 'back' }],
    [{ parentRef: FRONT, conditions: BOTH }],
    'waiting',
    /its parent back/,
  ],
  [
    'one of two listeners refuses',
    [
      { ...FRONT, sectionName: 'a' },
      { ...FRONT, sectionName: 'b' },
    ],
    [
      { parentRef: { ...FRONT, sectionName: 'a' }, conditions: BOTH },
      { parentRef: { ...FRONT, sectionName: 'b' }, conditions: [said('Accepted', 'False')] },
    ],
    'refused',
    /Accepted=False, Why: words/,
  ],
  [
    'a Service that is not there',
    [FRONT],
    [{ parentRef: FRONT, conditions: [said('Accepted', 'True'), said('ResolvedRefs', 'False')] }],
    'refused',
    /ResolvedRefs=False/,
  ],
  [
    'a refusal of the generation before is none',
    [FRONT],
    [{ parentRef: FRONT, conditions: [said('ResolvedRefs', 'False', 2), said('Accepted', 'True')] }],
    'waiting',
    /ResolvedRefs/,
  ],
  [
    'rules that were dropped',
    [FRONT],
    [{ parentRef: FRONT, conditions: [...BOTH, said('PartiallyInvalid', 'True')] }],
    'refused',
    /PartiallyInvalid/,
  ],
  ['no parent at all', [], [], 'refused', /no parentRefs/],
])('%s', (_what, parentRefs, parents, kind, why) => {
  const acceptance = of(parentRefs, parents);
  expect(acceptance.kind).toBe(kind);
  if (why && acceptance.kind !== 'accepted') expect(acceptance.why).toMatch(why);
});
