import { type FilesLogger, trusting } from '#libs/tls';
import { type PrometheusEndpoint, prometheusEndpoint } from './prometheus-endpoint.ts';

type PrometheusSettings = Parameters<typeof prometheusEndpoint>[0] & {
  /** Path of a PEM file. */
  readonly ca: string | null;
};

/**
 * The metric sources of Prometheus by their names, each trusted as its own settings say.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export const prometheusEndpoints = (
  sources: Readonly<Record<string, PrometheusSettings>>,
  logger: FilesLogger,
): ReadonlyMap<string, PrometheusEndpoint> =>
  new Map(
    Object.entries(sources).map(([name, settings]) => {
      const file = settings.ca;
      const trusts =
        file === null ? undefined : trusting({ setting: `METRIC_SOURCES ${name}.ca`, file }, logger);
      return [name, prometheusEndpoint(settings, trusts)];
    }),
  );
