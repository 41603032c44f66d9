import { describe, expect, it } from '@jest/globals';
import { segments } from '../../models/segments.schema.ts';
import { leafIssues } from './leaf-issues.ts';

const WHO = 'not a name such as staff: a-z, 0-9, dot, hyphen, underscore';

describe('what is wrong, and where', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['the key of a record', { 'The staff': { units: ['a'] } }, [`/The staff: ${WHO}`]],
    [
      'a value of the alternative that was meant',
      { staff: { header: 'x-team', values: ['staff '] } },
      ['/staff/values/0: has blanks around it'],
    ],
    [
      'a field of it',
      { staff: { header: 'x team', values: ['a'] } },
      ['/staff/header: not the name of a header or a cookie'],
    ],
    [
      'no alternative at all',
      { staff: 3 },
      ['/staff: one of { header, values }, { jsonPath, values }, { units }'],
    ],
  ])('%s', (_what, body, expected) => {
    const read = segments.safeParse(body);
    const found = leafIssues(read.error?.issues ?? []);
    expect(found.map(({ path, message }) => `/${path.join('/')}: ${message}`)).toEqual(expected);
  });
});
