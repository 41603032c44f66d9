import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { problemPage, wantsPage } from './problem-page.ts';

it.each<[string | undefined, boolean]>([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
  ['TEXT/HTML, Application/XHTML+XML', true],
  ['text/html;q=0.5, application/xhtml+xml, application/json;q=0.4', true],
  // Java's HttpURLConnection, for any program.
  ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', false],
  ['text/html', false],
  ['text/html;q=0', false],
  ['application/json, text/html;q=0.9', false],
  ['application/json, text/html', false],
  ['application/problem+json, text/html;q=0.9', false],
  ['*/*', false],
  ['application/json', false],
  ['', false],
  [undefined, false],
])('Accept: %s: a page? %s', (accept, expected) => {
  expect(wantsPage(accept)).toBe(expected);
});

it('nothing of a problem is markup, whatever somebody has asked for', () => {
  const known = problemPage(
    { title: '', status: 404, code: '', detail: '', errors: [{ pointer: '', detail: '' }] },
    '',
  );
  const tags = (page: string): number => page.split('<').length;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'script', '/', 'a') }), (text) => {
      const errors = [{ pointer: text, detail: text }];
      const page = problemPage(
        { title: text, status: 404, code: text, detail: text, errors, instance: text },
        '',
      );
      expect(tags(page)).toBe(tags(known));
    }),
  );
});
