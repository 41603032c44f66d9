import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was exported, its attributes as plain values. */
export interface ExportedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
  readonly durationMs: number;
}

/** How it treats what is exported to it. */
export type Manner = 'take' | 'refuse' | 'hang' | 'garbage';

/** Takes spans as OTLP over HTTP in JSON. */
export interface OtlpCollector {
  readonly url: string;
  manner: Manner;
  readonly spans: readonly ExportedSpan[];
  /** Exports that came in, whatever became of them. */
  readonly requests: readonly {
    readonly path: string;
    readonly type: string;
    readonly authorization: string;
  }[];
  /** Of one trace, by what they are called. */
  trace(traceId: string): readonly ExportedSpan[];
  stop(): Promise<void>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly Value[] };
}
type Attributes = readonly { readonly key: string; readonly value: Value }[];
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly kind: 1 | 2 | 3;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
        readonly attributes: Attributes;
        readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
        readonly status: { readonly code?: number };
      }[];
    }[];
  }[];
}
const KINDS = { 1: 'internal', 2: 'server', 3: 'client' } as const;

export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: ExportedSpan[] = [];
  const requests: { path: string; type: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { authorization = '', 'content-type': type = '' } = request.headers;
      requests.push({ path: request.url ?? '', type, authorization });
      if (collector.manner === 'hang') return;
      if (collector.manner === 'refuse') return void response.writeHead(500).end('no');
      if (collector.manner === 'garbage')
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>welcome</h1>');
      spans.push(...spansOf(JSON.parse(Buffer.concat(parts).toString('utf8')) as Sent));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: OtlpCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manner: 'take',
    spans,
    requests,
    trace: (traceId) => spans.filter((span) => span.traceId === traceId),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

function spansOf({ resourceSpans }: Sent): ExportedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap((scope) => scope.spans)
      .map((span) => ({
        ...{ service, traceId: span.traceId, spanId: span.spanId, name: span.name },
        parentSpanId: span.parentSpanId || null,
        kind: KINDS[span.kind],
        attributes: plain(span.attributes),
        links: span.links ?? [],
        failed: span.status.code === 2,
        durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
      }));
  });
}

const plain = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));

function valueOf(value: Value): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(valueOf);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

/** What a process needs to export there, soon. */
export const exportingTo = (url: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '100',
});
