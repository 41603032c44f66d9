import { expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';

const DAY_MS = 86_400_000;

it('keeps a week and a quarter, unless it is told otherwise', () => {
  expect(loadConfig({}).retention).toEqual({ idempotencyMs: 7 * DAY_MS, deliveryMs: 90 * DAY_MS });
  expect(loadConfig({ IDEMPOTENCY_RETENTION: '24h', DELIVERY_RETENTION: '400d' }).retention).toEqual({
    idempotencyMs: DAY_MS,
    deliveryMs: 400 * DAY_MS,
  });
});

it.each([
  ['IDEMPOTENCY_RETENTION', '1h'],
  ['IDEMPOTENCY_RETENTION', 'for ever'],
  // A run may be told of for three days after its end.
  ['DELIVERY_RETENTION', '3d'],
  ['DELIVERY_RETENTION', '90'],
])('refuses %s=%s', (name, value) =>
  expect(() => loadConfig({ [name]: value })).toThrow(expect.objectContaining({ code: 'config_invalid' })),
);
