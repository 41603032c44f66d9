import { expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { retentionSettings } from './retention-config.ts';

const DAY_MS = 86_400_000;

it('keeps a week and a quarter, unless it is told otherwise', () => {
  expect(loadConfig({}).retention).toMatchObject({ idempotencyMs: 7 * DAY_MS, deliveryMs: 90 * DAY_MS });
  expect(loadConfig({ IDEMPOTENCY_RETENTION: '24h', DELIVERY_RETENTION: '400d' }).retention).toMatchObject({
    idempotencyMs: DAY_MS,
    deliveryMs: 400 * DAY_MS,
  });
});

it('each setting moves one thing, and nothing else', () => {
  const before = Object.entries(loadConfig({}).retention);
  const moved = Object.keys(retentionSettings).map((name) => {
    const { retention } = loadConfig({ [name]: name === 'REQUEST_ID_RETENTION' ? '2h' : '45d' });
    return before.filter(([key, ms]) => retention[key as keyof typeof retention] !== ms).map(([key]) => key);
  });
  expect(moved.flat().sort()).toEqual(before.map(([key]) => key).sort());
});

it.each([
  ['IDEMPOTENCY_RETENTION', '1h'],
  ['IDEMPOTENCY_RETENTION', 'for ever'],
  // A run may be told of for three days after its end.
  ['DELIVERY_RETENTION', '3d'],
  ['DELIVERY_RETENTION', '90'],
  // Feedback may be 30 days late.
  ['FEEDBACK_RETENTION', '30d'],
  ['EVIDENCE_RETENTION', '30d'],
  // What was uploaded may be registered for a week.
  ['ARTIFACT_RETENTION', '7d'],
  ['REQUEST_ID_RETENTION', '2d'],
])('refuses %s=%s', (name, value) =>
  expect(() => loadConfig({ [name]: value })).toThrow(expect.objectContaining({ code: 'config_invalid' })),
);
