import { expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { BoundedSampler } from './bounded-sampler.ts';

const T = '0af7651916cd43dd8448eb211c80319c';
const span = (isSampled: boolean, isRemote: boolean) => ({
  ...{ traceId: T, spanId: 'b7ad6b7169203331', isRemote },
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
});
const always = { kind: 'always_on', isParentBased: true, ratio: 1 } as const;
const never = { kind: 'always_off', isParentBased: true, ratio: 1 } as const;

function isRecorded(
  sampler: BoundedSampler,
  parent: ReturnType<typeof span> | null,
  links: ReturnType<typeof span>[] = [],
): boolean {
  const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const asked = links.map((one) => ({ context: one }));
  const { decision } = sampler.shouldSample(context, T, 's', SpanKind.SERVER, {}, asked);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}
const unbounded = { take: () => true };

it.each<[string, Parameters<typeof isRecorded>, boolean]>([
  ['by the sampler, where nobody has said', [new BoundedSampler(always, unbounded), null], true],
  ['by the caller’s yes', [new BoundedSampler(never, unbounded), span(true, true)], true],
  ['by the caller’s no', [new BoundedSampler(always, unbounded), span(false, true)], false],
  [
    'by the sampler alone, where it is not parent-based',
    [new BoundedSampler({ ...never, isParentBased: false }, unbounded), span(true, true)],
    false,
  ],
  ['what is about recorded spans', [new BoundedSampler(never, unbounded), null, [span(true, true)]], true],
  ['what is about others', [new BoundedSampler(never, unbounded), null, [span(false, true)]], false],
  ['no more than the bound', [new BoundedSampler(always, { take: () => false }), span(true, true)], false],
  [
    'what is below a recorded span of ours, beyond the bound too',
    [new BoundedSampler(never, { take: () => false }), span(true, false)],
    true,
  ],
  ['nothing below another one', [new BoundedSampler(always, unbounded), span(false, false)], false],
])('records %s', (_what, asked, recorded) => {
  expect(isRecorded(...asked)).toBe(recorded);
});
