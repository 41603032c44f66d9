import { expect, it } from '@jest/globals';
import { trace as otel, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { callersSpan, readSpanName, readTraceparent, spanName, traceparentOf } from './trace-context.ts';

const T = '0af7651916cd43dd8448eb211c80319c';
const S = 'b7ad6b7169203331';

it.each<[string, string, boolean | null]>([
  ['what is recorded', `00-${T}-${S}-01`, true],
  ['what is not', `00-${T}-${S}-00`, false],
  ['flags of later levels', `00-${T}-${S}-03`, true],
  ['a newer version', `01-${T}-${S}-01`, true],
  ['a newer version that says more', `cc-${T}-${S}-01-what-comes`, true],
  ['a newer version with more and no dash', `cc-${T}-${S}-01.what`, null],
  ['version 00 with more', `00-${T}-${S}-01-more`, null],
  ['version ff', `ff-${T}-${S}-01`, null],
  ['capitals', `00-${T.toUpperCase()}-${S}-01`, null],
  ['no trace', `00-${'0'.repeat(32)}-${S}-01`, null],
  ['no span', `00-${T}-${'0'.repeat(16)}-01`, null],
  ['a short id', `00-${T.slice(1)}-${S}-01`, null],
  ['a line break', `00-${T}-${S}-01\n`, null],
  ['nothing', '', null],
  ['a document', `cc-${T}-${S}-01-${'x'.repeat(10_000)}`, null],
])('reads %s', (_what, text, isSampled) => {
  expect(readTraceparent(text)).toEqual(isSampled === null ? null : { traceId: T, spanId: S, isSampled });
});

it('reads what the SDK reads, of texts that are nearly right', () => {
  const sdk = new W3CTraceContextPropagator();
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom('0', '1', 'a', 'f', 'F', 'g'), minLength: length, maxLength: length });
  const nearly = fc
    .tuple(
      fc.constantFrom('00', '01', 'ff', '0', 'cc'),
      hex(32),
      hex(16),
      hex(2),
      fc.constantFrom('', '-', '-x', 'x'),
    )
    .map(([version, trace, span, flags, more]) => `${version}-${trace}-${span}-${flags}${more}`);
  fc.assert(
    fc.property(nearly, (text) => {
      const context = sdk.extract(
        ROOT_CONTEXT,
        { traceparent: text },
        { get: (c, k) => c[k], keys: () => [] },
      );
      const theirs = otel.getSpanContext(context);
      const ours = readTraceparent(text);
      expect(ours && [ours.traceId, ours.spanId]).toEqual(theirs ? [theirs.traceId, theirs.spanId] : null);
    }),
    { numRuns: 2_000 },
  );
});

it('takes two lines for nobody’s word', () => {
  const line = ['traceparent', `00-${T}-${S}-01`];
  expect(callersSpan(['a', 'b', ...line])?.traceId).toBe(T);
  expect(callersSpan(['Traceparent', `00-${T}-${S}-01`])?.traceId).toBe(T);
  expect(callersSpan([...line, ...line])).toBeNull();
  expect(callersSpan([])).toBeNull();
});

it('writes what it reads', () => {
  const context = { traceId: T, spanId: S, isSampled: true };
  expect(readTraceparent(traceparentOf(context))).toEqual(context);
  expect(readSpanName(spanName(context))).toEqual(context);
  expect(readSpanName('x')).toBeNull();
});
