import { describe, expect, it } from '@jest/globals';
import { clocksAgree, forgetOld, type RetentionStore } from './forget-old.ts';
import { KINDS } from './growth.ts';
import { DEFAULT_RETENTION } from './retention.ts';

const HOUR_MS = 3_600_000;

describe('forgetting', () => {
  it.each([...KINDS, 'gone_gateway_word', 'sample', 'evidence'])(
    'a failure of %s keeps no other kind from its turn, and is told',
    async (failing) => {
      const forgotten: string[] = [];
      const turn = async <T>(what: string, done: T): Promise<T> => {
        if (what === failing) throw new Error('canceling statement due to statement timeout');
        forgotten.push(what);
        return done;
      };
      const none = { rollouts: 0, rows: 0 };
      const store: RetentionStore = {
        now: async () => 0,
        forget: (what) => turn(what, 0),
        forgetGoneGateways: () => turn('gone_gateway_word', 0),
        clearSamples: () => turn('sample', none),
        compactEvidence: () => turn('evidence', none),
      };
      await expect(forgetOld(store, DEFAULT_RETENTION, 0)).rejects.toMatchObject({
        errors: [new Error('canceling statement due to statement timeout')],
      });
      expect(forgotten).toHaveLength(KINDS.length + 2);
    },
  );

  it.each([
    [0, true],
    [2 * HOUR_MS, true],
    [-2 * HOUR_MS, true],
    [13 * HOUR_MS, false],
    [-31 * 24 * HOUR_MS, false],
  ])('a database %i ms ahead of this machine: %s', (apart, agree) => {
    expect(clocksAgree(1_800_000_000_000 + apart, 1_800_000_000_000)).toBe(agree);
  });
});
