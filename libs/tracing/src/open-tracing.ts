import type { Logger } from '#libs/observe';
import type { Teller, Tracing, TracingSettings } from './tracing.ts';

/**
 * Starts tracing where it is configured. Without that nothing of OpenTelemetry is even loaded.
 * @returns `null`: nobody is told anything
 */
export async function openTracing(
  settings: TracingSettings | null,
  teller: Teller,
  logger: Logger,
): Promise<Tracing | null> {
  if (settings === null) return null;
  const { SdkTracing } = await import('./sdk-tracing.ts');
  logger.info(
    { url: new URL(settings.url).origin, sampler: settings.sampler },
    'spans of this process are exported',
  );
  return new SdkTracing(settings, teller, logger);
}
