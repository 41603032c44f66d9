import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Route } from '#libs/traffic';
import { evidenceKeyOf, readEvidenceKey, readLoggedEvidence } from './logged-evidence.ts';

const version = fc.integer({ min: 1, max: 1e9 });
const route = fc.record({
  model: fc.string({ minLength: 1 }),
  rolloutId: fc.uuid(),
  revision: version,
  primary: version,
  candidate: fc.option(version),
  namesRequests: fc.boolean(),
});

it('what the filter writes is read as it was meant', () => {
  fc.assert(
    fc.property(
      route,
      fc.constantFrom('primary', 'candidate'),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (key, arm, hash) => {
        const { primary, candidate, namesRequests, ...rest } = key;
        const text = evidenceKeyOf({
          ...rest,
          primary: { version: primary },
          candidate: candidate === null ? null : { version: candidate },
          reading: { requestIds: namesRequests },
        } as Route);
        const read = readLoggedEvidence(`${arm},${hash},0a1b2c3d,42,${text}`);
        expect(read).toEqual({ arm, hash, worker: '0a1b2c3d', number: 42, key: text });
        expect(readEvidenceKey(read?.key ?? '')).toEqual(key);
      },
    ),
  );
});

it('what anybody else has written is none', () => {
  for (const text of ['', 'shadow,1,0a1b2c3d,1,k', 'primary,x,0a1b2c3d,1,k', 'primary,1,w,1,k'])
    expect(readLoggedEvidence(text)).toBeNull();
  for (const text of ['', '1,2,3,ids,r', 'a,2,3,,r,m']) expect(readEvidenceKey(text)).toBeNull();
});
