import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { settingsOf } from './settings-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-settings-'));
  await mkdir(path.join(folder, 'all/inner'), { recursive: true });
  const files = {
    'all/a.yaml': 'models: {fraud: {tags: {team: risk}}}',
    'all/b.json': '{"models": {"fraud": {"description": "x"}, "spam": {}}}',
    'all/notes.md': 'no settings',
    'all/inner/c.yaml': 'models: {deeper: {}}',
    'same.yaml': 'models: {fraud: {tags: {}}}',
    'empty.yaml': '# nothing yet\n',
    'policy.yaml': 'name: careful\nsteps: []\n',
    'list.yaml': 'models: [fraud]\n',
    'text.yaml': 'models: {fraud: careful}\n',
    'odd.yaml': 'models: {}\nmodel: fraud\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await mkdir(path.join(folder, 'bare'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const of = (...names: string[]) => settingsOf(names.map((name) => path.join(folder, name)));

it('takes files and the files right in a folder as one', async () => {
  expect(await of('all')).toEqual({ fraud: { tags: { team: 'risk' }, description: 'x' }, spam: {} });
  expect(await of('all/b.json', 'same.yaml')).toEqual({ fraud: { description: 'x', tags: {} }, spam: {} });
});

it.each<[string, string[], RegExp]>([
  ['the same part twice', ['all', 'same.yaml'], /same\.yaml: "tags" of the model "fraud" is in .*a\.yaml/],
  ['the same file twice', ['same.yaml', 'same.yaml'], /is in .*same\.yaml already/],
  ['a file that says nothing', ['empty.yaml'], /no map "models"/],
  ['a policy', ['policy.yaml'], /"name" is no part of it/],
  ['a list of models', ['list.yaml'], /no map "models"/],
  ['a model that is a text', ['text.yaml'], /the model "fraud" is no map/],
  ['a key beside models', ['odd.yaml'], /"model" is no part of it/],
  ['a folder without files', ['bare'], /has no file/],
  ['a file that is not there', ['absent.yaml'], /no such file/],
])('says what is wrong with %s', async (_what, names, message) => {
  await expect(of(...names)).rejects.toThrow(message);
});
