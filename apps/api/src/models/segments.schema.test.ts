import { expect, it } from '@jest/globals';
import { segments } from './segments.schema.ts';

it.each([
  [{ header: 'Authorization', values: ['Bearer x'] }, false],
  [{ header: 'cookie', values: ['a=b'] }, false],
  [{ header: 'X-Api-Key', values: ['k'] }, false],
  [{ jsonPath: '$.user.accessToken', values: ['t'] }, false],
  [{ header: 'x-team', values: ['staff'] }, true],
  [{ jsonPath: '$.user.plan', values: ['gold'] }, true],
  [{ units: ['ann'] }, true],
])('a segment by what lets somebody in is none: %j is taken: %j', (segment, isTaken) => {
  expect(segments.safeParse({ staff: segment }).success).toBe(isTaken);
});
