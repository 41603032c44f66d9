import {
  type AttributeValue,
  type Attributes,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { redact, redactDeep } from '#libs/kernel';
import type { Logger } from '#libs/observe';
import { HTTP } from './attributes.ts';
import { BoundedSampler } from './bounded-sampler.ts';
import { otlpExporter } from './otlp-exporter.ts';
import { RateBound } from './rate-bound.ts';
import type { SpanContext } from './trace-context.ts';
import {
  nowMs,
  type Span,
  type SpanAttributes,
  type SpanLink,
  type SpanStart,
  type Teller,
  type Tracing,
  type TracingSettings,
} from './tracing.ts';

/** Spans that wait for the collector; what comes on top is dropped. */
const MOST_WAITING = 2_048;
const AT_ONCE = 512;
/** Of a text that somebody else chose. */
const LONGEST_VALUE = 1_024;
const MOST_LINKS = 32;
/** At the end of the process nobody waits longer for the collector. */
const LAST_FLUSH_MS = 3_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/** Spans by OpenTelemetry's SDK, exported by OTLP over HTTP. Nothing global is set: no library of ours is instrumented by itself. */
export class SdkTracing implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(settings: TracingSettings, { process, instance }: Teller, logger: Logger) {
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.instance.id': instance,
        ...settings.resource,
        'service.name': settings.serviceName ?? settings.resource['service.name'] ?? `understudy-${process}`,
      }),
      sampler: new BoundedSampler(
        settings.sampler,
        new RateBound(settings.tracesPerSecond, () => performance.now()),
      ),
      spanLimits: {
        attributeValueLengthLimit: LONGEST_VALUE,
        linkCountLimit: MOST_LINKS,
        attributeCountLimit: 64,
      },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: otlpExporter(settings, logger),
          maxQueueSize: MOST_WAITING,
          maxExportBatchSize: AT_ONCE,
          scheduledDelayMillis: settings.exportEveryMs,
          exportTimeoutMillis: settings.timeoutMs + 1_000,
        }),
      ],
    });
    this.tracer = this.provider.getTracer(`understudy.${process}`);
  }

  start({ name, kind, parent, isLocal, links, at }: SpanStart): Span {
    const context =
      parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { ...otelContext(parent), isRemote: isLocal !== true });
    // Between its start and its end only the process's clock counts, so that a wall clock that is set moves neither.
    const skewMs = Date.now() - nowMs();
    const span = this.tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        ...(links === undefined ? {} : { links: links.map(otelLink) }),
        startTime: (at ?? nowMs()) + skewMs,
      },
      context,
    );
    return new SdkSpan(span, skewMs);
  }

  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_FLUSH_MS);
    });
    // What could not be exported was said by the exporter.
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

class SdkSpan implements Span {
  readonly context: SpanContext;

  /** @param skewMs the wall clock's distance from `nowMs`, when it began */
  constructor(
    private readonly span: OtelSpan,
    private readonly skewMs: number,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.context = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(otelAttributes(attributes));
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  fail(type: string, message?: string): void {
    this.span.setAttribute(HTTP.errorType, type);
    this.span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(message === undefined ? {} : { message: redact(message).slice(0, LONGEST_VALUE) }),
    });
  }

  end(at?: number): void {
    this.span.end((at ?? nowMs()) + this.skewMs);
  }
}

const otelContext = ({ traceId, spanId, isSampled }: SpanContext) => ({
  ...{ traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE },
});

const otelLink = ({ context, attributes }: SpanLink) => ({
  context: { ...otelContext(context), isRemote: true },
  ...(attributes === undefined ? {} : { attributes: otelAttributes(attributes) }),
});

/** Lists are copied: the SDK keeps what it is given until it is exported. */
const otelAttributes = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]): [string, AttributeValue] => [
      name,
      typeof value === 'object' ? redactDeep([...value]) : redactDeep(value),
    ]),
  );
