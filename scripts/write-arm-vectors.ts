import { writeFile } from 'node:fs/promises';
import { armVectors } from './arm-vectors.ts';

/** Writes the vectors that clients in other languages check themselves by. A test compares the two. */
const lists = Object.entries(armVectors()).map(([name, rows]) => {
  const lines = rows.map((row: unknown) => `    ${JSON.stringify(row)}`);
  return `  ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n  ]`;
});
await writeFile('docs/arm-vectors.json', `{\n${lists.join(',\n')}\n}\n`);
