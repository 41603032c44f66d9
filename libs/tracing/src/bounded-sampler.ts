import { type Context, isSpanContextValid, type Link, trace, TraceFlags } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from './tracing.ts';

const NOT: SamplingResult = { decision: SamplingDecision.NOT_RECORD };
const RECORDED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };

/**
 * Which spans are recorded: by the operator's sampler, and besides
 * - what is below a span of this process goes with that span, so that no trace has holes;
 * - what is about recorded spans of others (its links) is recorded with them;
 * - no more traces a second than the bound, whatever callers ask for.
 */
export class BoundedSampler implements Sampler {
  private readonly chosen: Sampler;

  constructor(
    { kind, ratio, isParentBased }: TracingSettings['sampler'],
    private readonly bound: { take(): boolean },
  ) {
    const root =
      kind === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : kind === 'always_on'
          ? new AlwaysOnSampler()
          : new AlwaysOffSampler();
    this.chosen = isParentBased ? new ParentBasedSampler({ root }) : root;
  }

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context, , , , , links] = asked;
    const parent = localParent(context);
    if (parent !== null) return parent.isSampled ? RECORDED : NOT;
    const isWanted =
      this.chosen.shouldSample(...asked).decision === SamplingDecision.RECORD_AND_SAMPLED ||
      links.some(isSampled);
    return isWanted && this.bound.take() ? RECORDED : NOT;
  }

  toString(): string {
    return `BoundedSampler{${this.chosen.toString()}}`;
  }
}

/** `null`: the span is the first of its trace in this process. */
function localParent(context: Context): { readonly isSampled: boolean } | null {
  const parent = trace.getSpanContext(context);
  if (!parent || !isSpanContextValid(parent) || parent.isRemote === true) return null;
  return { isSampled: (parent.traceFlags & TraceFlags.SAMPLED) !== 0 };
}

const isSampled = ({ context }: Link): boolean => (context.traceFlags & TraceFlags.SAMPLED) !== 0;
