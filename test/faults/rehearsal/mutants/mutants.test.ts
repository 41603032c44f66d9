import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { sceneNamed } from '../scenes.ts';
import { compiled } from './build-mutant.ts';
import { editsOf, FAULT_MUTANTS, mutantsOf } from './mutants.ts';

it.each(FAULT_MUTANTS)('$name has its texts once, and is a program', ({ edits }) => {
  for (const { file, find, replace } of edits) {
    const source = readFileSync(file, 'utf8');
    expect([find, source.split(find).length - 1]).toEqual([find, 1]);
    expect(replace).not.toBe(find);
    expect(
      compiled(
        source.replace(find, () => replace),
        file,
      ),
    ).not.toBe(compiled(source, file));
  }
});

it('several are named together, each has a name of its own, and is shown by scenes that there are', () => {
  expect(mutantsOf('listen-heartbeat+route-comparison')).toHaveLength(2);
  expect(new Set(FAULT_MUTANTS.map(({ name }) => name)).size).toBe(FAULT_MUTANTS.length);
  for (const { shownBy, needs } of FAULT_MUTANTS)
    for (const name of shownBy) expect(sceneNamed(name).needs).toBe(needs);
  const drop = mutantsOf('drop-on-lost');
  expect(editsOf(drop)).toEqual(mutantsOf('drop-on-lost+silence-watch').flatMap(({ edits }) => edits));
  expect(editsOf([...drop, ...drop])).toEqual(editsOf(drop));
  expect(() => mutantsOf('nothing')).toThrow('there is no mutant "nothing"');
});
