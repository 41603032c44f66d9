import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parsePolicy, planOf } from '../index.ts';

/** Every policy of the guide, as it stands there. */
const guide = readFileSync(new URL('../../../../docs/guides/policies.md', import.meta.url), 'utf8');
const policies = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (m) => parse(m[1] ?? '') as { name: string },
);

describe('the policies of docs/guides/policies.md', () => {
  it('are five', () =>
    expect(policies.map((p) => p.name)).toEqual([
      'high-traffic',
      'low-traffic',
      'regulated',
      'nightly-batch',
      'hot-fix',
    ]));
  it.each(policies.map((p) => [p.name, p] as const))('%s is valid and has a plan', (_name, document) => {
    const plan = planOf(parsePolicy(document));
    expect(plan.leastMs).toBeGreaterThan(0);
    expect(plan.text.join('\n')).not.toMatch(/undefined|NaN/);
  });
  it('have the least and the most time that their durations add up to', () => {
    const hotFix = planOf(parsePolicy(policies[4]));
    expect(hotFix.leastMs).toBe(32 * 60_000);
    expect(hotFix.mostMs).toBe((5 + 10 + 10 + 30) * 60_000);
    // 10 requests/s: 50 at 10 % take 50 s (the step asks for 60), 200 at 50 % take 40 s.
    expect(planOf(parsePolicy(policies[4]), 1).leastMs).toBe((500 + 400 + 1_800) * 1_000);
    expect(
      planOf(
        parsePolicy({
          ...policies[2],
          steps: [{ approval: {} }],
          freeze: [],
          gates: [],
          promoteWhen: 'notFailed',
        }),
      ).mostMs,
    ).toBeNull();
  });
});

it('the policy of docs/guides/llm.md is valid, and judges its streams', () => {
  const text = readFileSync(new URL('../../../../docs/guides/llm.md', import.meta.url), 'utf8');
  const [, document = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const plan = planOf(parsePolicy(parse(document)));
  expect(plan.text.join('\n')).toMatch(/ttft_p95[\s\S]*inter_token_p95[\s\S]*output_tokens_mean/);
  expect(plan.text.join('\n')).not.toMatch(/undefined|NaN/);
});
