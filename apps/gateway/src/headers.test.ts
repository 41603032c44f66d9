import { expect, it } from '@jest/globals';
import { requestHeaders, responseHeaders } from './headers.ts';

it('passes everything on but what belongs to the connection', () => {
  const raw = [
    'Host',
    'gw',
    'Accept',
    'a',
    'Accept',
    'b',
    'Connection',
    'close, X-Hop',
    'X-Hop',
    '1',
    'Content-Length',
    '3',
    'TE',
    'trailers',
    'Expect',
    '100-continue',
  ];
  expect(requestHeaders(raw, true)).toEqual(['Accept', 'a', 'Accept', 'b']);
  expect(requestHeaders(raw, false)).toEqual(['Accept', 'a', 'Accept', 'b', 'Content-Length', '3']);
});

it('answers with the headers of the model server and ours', () => {
  expect(
    responseHeaders(
      { 'content-type': 'x', connection: 'keep-alive, x-hop', 'x-hop': '1', 'set-cookie': ['a', 'b'] },
      { 'x-understudy-arm': 'primary' },
    ),
  ).toEqual({
    'content-type': 'x',
    'set-cookie': ['a', 'b'],
    'x-understudy-arm': 'primary',
  });
});
