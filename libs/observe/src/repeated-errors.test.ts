import { expect, it } from '@jest/globals';
import { RepeatedErrors } from './repeated-errors.ts';

it('says an error once a minute with how often it came, and each kind by itself', () => {
  const clock = { now: 0 };
  const said: string[] = [];
  const { note } = new RepeatedErrors(
    (error, times) => said.push(`${(error as Error).message} ×${times}`),
    () => clock.now,
  );
  note(new Error('connect ECONNREFUSED 127.0.0.1:1234'));
  for (let i = 0; i < 999; i++) note(new Error(`connect ECONNREFUSED 127.0.0.1:${i}`));
  note(new Error('the database is away'));
  note('no error at all');
  clock.now = 59_999;
  note(new Error('connect ECONNREFUSED 127.0.0.1:1'));
  expect(said).toEqual(['connect ECONNREFUSED 127.0.0.1:1234 ×1', 'the database is away ×1', 'undefined ×1']);
  clock.now = 60_000;
  note(new Error('connect ECONNREFUSED 127.0.0.1:2'));
  note(new Error('connect ECONNREFUSED 127.0.0.1:2'));
  expect(said.slice(3)).toEqual(['connect ECONNREFUSED 127.0.0.1:2 ×1001']);
});

it('grows no further than its bound', () => {
  let said = 0;
  const { note } = new RepeatedErrors(
    () => said++,
    () => 0,
  );
  const letters = (i: number): string => String.fromCharCode(103 + Math.floor(i / 15), 103 + (i % 15));
  for (let i = 0; i < 150; i++) note(new Error(letters(i)));
  expect(said).toBe(150);
});
