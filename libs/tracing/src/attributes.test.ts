import { expect, it } from '@jest/globals';
import * as official from '@opentelemetry/semantic-conventions/incubating';
import { GEN_AI, HTTP, methodOf, pathOf } from './attributes.ts';

it('uses names that OpenTelemetry has', () => {
  const known = new Set<unknown>(Object.values(official));
  const unknown = [...Object.values(HTTP), ...Object.values(GEN_AI)].filter((name) => !known.has(name));
  expect(unknown).toEqual([]);
});

it('takes nothing of a query, and no method that is none', () => {
  expect(pathOf('/models/m/infer?key=secret')).toBe('/models/m/infer');
  expect(pathOf('/a#b')).toBe('/a');
  expect(pathOf(`/${'x'.repeat(5_000)}`).length).toBe(512);
  expect([methodOf('POST'), methodOf('BREW'), methodOf('post')]).toEqual(['POST', '_OTHER', '_OTHER']);
});
