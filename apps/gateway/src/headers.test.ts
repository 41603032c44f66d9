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

it('answers with the headers of the model server and ours, which it cannot set itself', () => {
  const raw = ['Content-Type', 'x', 'Connection', 'keep-alive, x-hop', 'X-Hop', '1', 'Set-Cookie', 'a'];
  const more = ['Set-Cookie', 'b', 'X-Understudy-Arm', 'primary', 'x-request-id', 'theirs'];
  const sent = [...raw, ...more];
  expect(responseHeaders(sent, ['x-understudy-arm', 'candidate'])).toEqual([
    'Content-Type',
    'x',
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'x-understudy-arm',
    'candidate',
  ]);
});
