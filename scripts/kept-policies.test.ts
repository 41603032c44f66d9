import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

/*
 * A release may refuse of new policies what it took before (`neverMetByNew`): those that are kept stay readable, so
 * `parsePolicy` is for what a request has sent, and `parseKeptPolicy` for all else. Whoever adds a call says here what was sent.
 */
const SENT: Readonly<Record<string, string>> = {
  'apps/api/src/policies/policies.controller.ts(document)': 'the body',
  'libs/engine/src/release/release-authority.ts(DEFAULT_POLICY_DOCUMENT)': 'of this very release',
  'libs/engine/src/release/release-authority.ts(said)': 'the first policy of a model that is made',
  'libs/engine/src/settings/new-or-kept-policy.ts(asked)':
    'what a request has sent, where it is another document than the kept one',
};

const CODE = ['apps', 'libs'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(root, file))
    .filter(
      (file) =>
        /\.tsx?$/.test(file) &&
        !/\.test\.tsx?$|\.fixture\.ts$|\/(node_modules|dist)\//.test(file) &&
        !file.startsWith('libs/rollout/'),
    ),
);

it('only what was sent is read by the rules for new policies', () => {
  const calls = new Set<string>();
  const others = new Set<string>();
  for (const file of CODE) {
    const code = readFileSync(file, 'utf8').replaceAll(/^import [^;]*;$/gm, '');
    for (const [, argument] of code.matchAll(/\bparsePolicy\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g))
      calls.add(`${file}(${argument?.trim() ?? ''})`);
    if (/\bparsePolicy\b(?!\()/.test(code)) others.add(file);
  }
  expect([...calls].sort()).toEqual(Object.keys(SENT).sort());
  // Nobody hands it on as a function, by which it could read what is kept.
  expect([...others]).toEqual([]);
});
