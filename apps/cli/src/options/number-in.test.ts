import { expect, it } from '@jest/globals';
import type { Command, Option } from 'commander';
import { createPrinter } from '../printer.ts';
import { programOf } from '../program.ts';
import { numberIn } from './number-in.ts';

const program = programOf({
  ...{ url: 'http://127.0.0.1:9', token: null, configFolder: '/nowhere' },
  print: createPrinter(false),
  signal: new AbortController().signal,
});
const commandsOf = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((one) => commandsOf(one)),
];
const optionsOf = (command: Command): readonly (readonly [string, Option])[] =>
  command.options.map((option) => [`${command.name()} ${option.flags}`, option]);

/** What an option makes of a text; `undefined`: it refuses it. */
function read({ parseArg }: Option, text: string): unknown {
  try {
    return parseArg?.(text, undefined);
  } catch {
    return undefined;
  }
}

it('no option of any command makes a number of what is none', () => {
  const all = commandsOf(program).flatMap(optionsOf);
  const numbers = all.filter(([, option]) => typeof read(option, '3') === 'number');
  expect(numbers.length).toBeGreaterThan(8);
  for (const text of ['', ' ', 'soon', '3 minutes', 'NaN', 'Infinity'])
    expect(numbers.filter(([, option]) => read(option, text) !== undefined).map(([name]) => name)).toEqual(
      [],
    );
});

it('says what it takes', () => {
  const port = numberIn({ least: 0, most: 65_535, isWhole: true });
  expect([port('0'), port('65535'), numberIn()('-1.5')]).toEqual([0, 65_535, -1.5]);
  for (const text of ['-1', '65536', '1.5'])
    expect(() => port(text)).toThrow('It is a whole number from 0 to 65535.');
  expect(() => numberIn({ least: 0 })('-1')).toThrow('It is a number of 0 or more.');
});
