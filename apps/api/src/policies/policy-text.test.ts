import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '#libs/yaml';
import { anyDocument } from '../../../../libs/rollout/src/tighter/any-policy.fixture.ts';
import { policyText } from './policy-text.ts';

it('whatever a policy says, its YAML says the same', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(readYaml(policyText(document, null))).toEqual(document);
    }),
  );
});

it('a text that says something else, or nothing, is not shown', () => {
  const document = { name: 'a', steps: [], gates: [], promoteWhen: 'notFailed' };
  for (const text of ['name: b\nsteps: []\ngates: []\npromoteWhen: notFailed\n', 'name: [', '', '- a'])
    expect(readYaml(policyText(document, text))).toEqual(document);
  const written = '# why\nsteps: []\npromoteWhen: notFailed\ngates: []\nname: a\n';
  expect(policyText(document, written)).toBe(written);
});

it('keys are in the order of the guide, and what is short is in one line', () => {
  const kept = {
    gates: [{ max: 0.25, metric: 'output_drift' }],
    name: 'n',
    steps: [
      { checks: null },
      { canary: { maxDuration: '1h', minRequests: 5, weight: '1%' } },
      { bake: { holdBack: '0%', duration: '1h' } },
    ],
    samples: { redact: ['$.user'], keep: 3 },
  };
  expect(policyText(kept, null)).toBe(`name: n
steps:
  - checks: null
  - canary: { weight: 1%, minRequests: 5, maxDuration: 1h }
  - bake: { duration: 1h, holdBack: 0% }
gates:
  - { metric: output_drift, max: 0.25 }
samples: { keep: 3, redact: [ $.user ] }
`);
});
