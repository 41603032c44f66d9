import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type Logger, RepeatedErrors } from '#libs/observe';
import type { TracingSettings } from './tracing.ts';

/** Exports by OTLP; a collector that is away, slow or wrong is said once a minute, with how many spans it has cost. */
export function otlpExporter(settings: TracingSettings, logger: Logger): SpanExporter {
  let lost = 0;
  const { note } = new RepeatedErrors((error, times) =>
    logger.warn(
      { err: shown(error), times, lostSpans: lost },
      'spans could not be exported, and are lost; nothing else is',
    ),
  );
  const inner = exporterOf(settings);
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
      const settle = (result: ExportResult): void => {
        if (result.code !== ExportResultCode.SUCCESS) {
          lost += spans.length;
          note(result.error ?? new Error('the collector did not take them'));
        }
        // Said already: the processor has nothing to add.
        done({ code: ExportResultCode.SUCCESS });
      };
      try {
        inner.export(spans, settle);
      } catch (error) {
        settle({ code: ExportResultCode.FAILED, error: error as Error });
      }
    },
    forceFlush: () => inner.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => inner.shutdown(),
  };
}

function exporterOf({ url, headers, timeoutMs, compression, protocol }: TracingSettings): SpanExporter {
  const settings = {
    url,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    // One after the other, as the processor asks; more at the end only.
    concurrencyLimit: 4,
    // Its enum has these very texts, and is of a package that is not ours to import.
    compression: compression as never,
  };
  return protocol === 'http/json' ? new JsonExporter(settings) : new ProtobufExporter(settings);
}

/** Without what the collector has sent, which may be of any length. */
function shown(error: unknown): { readonly type: string; readonly message: string } {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { type: name, message: message.slice(0, 300) };
}
