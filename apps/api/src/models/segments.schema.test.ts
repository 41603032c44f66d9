import { expect, it } from '@jest/globals';
import { assertNoNewCredentials, callerSegments, segments } from './segments.schema.ts';

const NONE = new Map();

it.each([
  [{ header: 'Authorization', values: ['Bearer x'] }, false],
  [{ header: 'cookie', values: ['a=b'] }, false],
  [{ header: 'X-Api-Key', values: ['k'] }, false],
  [{ jsonPath: '$.user.accessToken', values: ['t'] }, false],
  [{ header: 'x-team', values: ['staff'] }, true],
  [{ jsonPath: '$.user.plan', values: ['gold'] }, true],
  [{ units: ['ann'] }, true],
])('a segment by what lets somebody in is none, unless it is there: %j is taken: %j', (segment, isTaken) => {
  const asked = segments.parse({ staff: segment });
  const ask = (kept: typeof asked) => () => assertNoNewCredentials(asked, callerSegments(kept));
  if (isTaken) expect(ask({})).not.toThrow();
  else expect(ask({})).toThrow('The request has mistakes');
  expect(ask(asked)).not.toThrow();
  const other = { staff: { header: 'authorization', values: ['another'] } };
  if (!isTaken) expect(ask(other)).toThrow('The request has mistakes');
  expect(() => assertNoNewCredentials({}, NONE)).not.toThrow();
});
