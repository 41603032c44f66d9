import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant, parseTimestamp } from './instant-text.ts';

it.each<[text: string, iso: string | null]>([
  ['2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T08:00', '2026-11-24T08:00:00.000Z'],
  ['2026-11-24T08:00:01', '2026-11-24T08:00:01.000Z'],
  ['2026-11-24 08:00:01', '2026-11-24T08:00:01.000Z'],
  ['2026-11-24T08:00:00.1234567Z', '2026-11-24T08:00:00.123Z'],
  ['2026-11-24T08:00:00+02:00', '2026-11-24T06:00:00.000Z'],
  ['2026-11-24T23:00:00-0130', '2026-11-25T00:30:00.000Z'],
  ['2026-11-24 08:00:00 UTC', '2026-11-24T08:00:00.000Z'],
  ['2026-11-24 08:00:00 +0200', '2026-11-24T06:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ...[
    ...[
      '',
      'version 3',
      '12',
      'yesterday',
      '11/12/2026',
      '2026-13-45',
      '2026-02-31',
      '2026-02-29',
      '2026-00-01',
    ],
    ...[
      '2026-11-24T24:00:00',
      '2026-11-24T08:60',
      '2026-11-24T08:00:60Z',
      '2026-11-24T08:00:00+24:00',
      '2026-11-24Z',
    ],
    ...[
      '2026-11-24T08:00:00ZZ',
      ' 2026-11-24',
      '2026-11-24T08:00:00 CET',
      '+002026-11-24',
      '2026-1-2',
      '２０２６-11-24',
    ],
  ].map((text): [string, null] => [text, null]),
])('%j', (text, iso) => {
  const at = parseInstant(text);
  expect(at === null ? null : new Date(at).toISOString()).toBe(iso);
});

it('reads every instant as it is written, in every zone, and never anything that is none', () => {
  const dates = fc.date({ min: new Date('0001-01-02'), max: new Date('9998-12-30'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, fc.integer({ min: -23 * 60, max: 23 * 60 }), (date, minutes) => {
      const there = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
      const two = (n: number): string => String(n).padStart(2, '0');
      const far = Math.abs(minutes);
      const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
      expect(parseInstant(there + zone)).toBe(date.getTime());
      expect(parseInstant(date.toISOString().slice(0, -1))).toBe(date.getTime());
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const at = parseInstant(text);
      expect(at === null || Number.isInteger(at)).toBe(true);
    }),
  );
});

it.each<[text: string, iso: string | null]>([
  ['2026-11-24T08:00:00Z', '2026-11-24T08:00:00.000Z'],
  ['2026-11-24T08:00:00.25+02:00', '2026-11-24T06:00:00.250Z'],
  ...[
    '2026-11-24',
    '2026-11-24T08:00Z',
    '2026-11-24T08:00:00',
    '2026-11-24 08:00:00Z',
    '2026-11-24T08:00:00z',
  ].map((text): [string, null] => [text, null]),
  ...[
    '2026-11-24T08:00:00 UTC',
    '2026-11-24T08:00:00+0200',
    '2026-02-30T08:00:00Z',
    '2026-11-24T08:00:60Z',
  ].map((text): [string, null] => [text, null]),
])('with its zone: %j', (text, iso) => {
  const at = parseTimestamp(text);
  expect(at === null ? null : new Date(at).toISOString()).toBe(iso);
});
