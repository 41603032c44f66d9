import { expect, it } from '@jest/globals';
import { contextOf } from '../context.ts';
import { createPrinter } from '../printer.ts';
import { apiAddress } from './api-address.ts';

const contextWith = (url: string, token: string | null = 't'): unknown =>
  contextOf({ url, token, configFolder: '/x', print: createPrinter(false), signal: AbortSignal.abort() });
const refusal = (act: () => unknown): { code?: number; message?: string } => {
  try {
    act();
    return {};
  } catch (error) {
    return error as { code: number; message: string };
  }
};

it.each([
  'http://us:pl4nted@api.example',
  'http://:pl4nted@api.example',
  'http://api.example/?key=pl4nted',
  'http://api.example#pl4nted',
  'htp:/us:pl4nted@api',
  'pl4nted',
])('an address that can never work is refused as usage, and not said again (%s)', (url) => {
  for (const { code, message } of [
    refusal(() => contextWith(url)),
    refusal(() => apiAddress(url, '--url')),
  ]) {
    expect(code).toBe(2);
    expect(message).not.toContain('pl4nted');
  }
});

it('a token that no header carries is refused as usage, and not said again', () => {
  for (const token of ['us_pl4nted\u017e', 'us_pl4nted x', 'us_pl4nted\nx']) {
    const { code, message } = refusal(() => contextWith('http://api.example', token));
    expect([code, message?.includes('pl4nted')]).toEqual([2, false]);
  }
});

it('takes the others, a path too', () => {
  for (const url of ['http://127.0.0.1:7400', 'https://ml.example/understudy/'])
    expect(refusal(() => contextWith(url, 'us_x\n'))).toEqual({});
  expect(apiAddress('https://ml.example/understudy/', '--url')).toBe('https://ml.example/understudy');
});
