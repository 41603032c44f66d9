import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const FOLDER = 'apps/dashboard/src/pages/policies/templates';

it('templates are the policies of the guide, which are validated there', () => {
  const guide = readFileSync('docs/guides/policies.md', 'utf8');
  const inGuide = [...guide.matchAll(/```yaml\n(name: (\S+)\n[^`]*)```/g)].map(([, text, name]) => [
    `${name}.yaml`,
    text,
  ]);
  const here = readdirSync(FOLDER).map((file) => [file, readFileSync(`${FOLDER}/${file}`, 'utf8')]);
  expect(Object.fromEntries(here)).toEqual(Object.fromEntries(inGuide));
});
