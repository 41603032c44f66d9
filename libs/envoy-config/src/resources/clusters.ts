import { compositeConfig } from './composite-config.ts';
import { digestOf } from './digest.ts';
import { asJson, boxed, duration, type EnvoyMessage, type EnvoyResource, struct } from './resource.ts';
import type { ServingPlace } from './serving-place.ts';

/** What all clusters have in common. */
export interface UpstreamSettings {
  readonly connectTimeoutMs: number;
  /** Requests that may be under way at once. */
  readonly primaryConcurrency: number;
  readonly candidateConcurrency: number;
  /** Authorities that servers of `https` are checked by, as PEM. */
  readonly authorities: string;
}

/** The key of metadata that says which version a server runs. */
const UNDERSTUDY = 'understudy';
const NEVER_REACHED = 1_000_000;

/**
 * The cluster of one version. Its name stands for all that it consists of, so it never changes: a version whose servers move gets another cluster,
 * and one that changes its role keeps its connections.
 */
export function clusterOf(
  model: string,
  version: number,
  place: ServingPlace,
  settings: UpstreamSettings,
): EnvoyResource {
  const body = {
    type: place.addresses.every(({ isNumeric }) => isNumeric) ? 'STATIC' : 'STRICT_DNS',
    dns_lookup_family: 'V4_PREFERRED',
    respect_dns_ttl: false,
    lb_policy: 'LEAST_REQUEST',
    connect_timeout: duration(settings.connectTimeoutMs),
    circuit_breakers: thresholds(Math.max(settings.primaryConcurrency, settings.candidateConcurrency)),
    load_assignment: {
      cluster_name: '',
      endpoints: [
        {
          lb_endpoints: place.addresses.map(({ host, port, authority }) => ({
            endpoint: {
              // Where the server name of TLS is taken from here (`auto_host_sni`), it has no port.
              hostname: hasOneName(place) || !place.isSecure ? authority : host,
              address: { socket_address: { address: host, port_value: port } },
            },
            metadata: { filter_metadata: { [UNDERSTUDY]: struct({ version: String(version) }) } },
          })),
        },
      ],
    },
    ...(place.addresses.length > 1 ? { outlier_detection: OUTLIERS } : {}),
    ...(place.isSecure ? { transport_socket: tlsTo(place, settings.authorities) } : {}),
  };
  const digest = digestOf(body);
  const name = `${model}/v${version}/${digest}`;
  return {
    ...{ kind: 'cluster', name, version: digest },
    body: {
      ...body,
      name,
      alt_stat_name: `${model}_v${version}`,
      load_assignment: { ...body.load_assignment, cluster_name: name },
    },
  };
}

/** Asks the candidate; a second attempt, or one without any server of it, asks the primary. */
export function fallingBack(candidate: string, primary: string): EnvoyResource {
  const name = `${candidate}|${primary}`;
  const body = {
    name,
    connect_timeout: duration(1_000),
    lb_policy: 'CLUSTER_PROVIDED',
    circuit_breakers: thresholds(NEVER_REACHED),
    cluster_type: {
      name: 'envoy.clusters.composite',
      typed_config: compositeConfig([candidate, primary]),
    },
  };
  return { kind: 'cluster', name, version: digestOf(name), body };
}

/** Retries are as many as requests: Envoy's default, three at once, would leave callers of a broken candidate without an answer. */
const thresholds = (requests: number): EnvoyMessage => ({
  thresholds: [
    {
      max_connections: boxed(requests),
      max_pending_requests: boxed(requests),
      max_requests: boxed(requests),
      max_retries: boxed(NEVER_REACHED),
    },
  ],
});

/** An address that takes no connection three times in a row is left out, as by the gateway. What a server answers leaves nobody out: that is for gates. */
const OUTLIERS: EnvoyMessage = {
  split_external_local_origin_errors: true,
  consecutive_local_origin_failure: boxed(3),
  enforcing_consecutive_local_origin_failure: boxed(100),
  enforcing_local_origin_success_rate: boxed(0),
  enforcing_success_rate: boxed(0),
  enforcing_consecutive_5xx: boxed(0),
  enforcing_consecutive_gateway_failure: boxed(0),
  base_ejection_time: duration(1_000),
  max_ejection_time: duration(30_000),
  max_ejection_percent: boxed(50),
};

function hasOneName({ addresses }: ServingPlace): boolean {
  return !addresses.some(({ isNumeric, host }) => isNumeric || host !== addresses[0]?.host);
}

function tlsTo(place: ServingPlace, authorities: string): EnvoyMessage {
  const { addresses } = place;
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: asJson('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      ...(hasOneName(place) ? { sni: addresses[0]?.host ?? '' } : { auto_host_sni: true }),
      common_tls_context: {
        validation_context: {
          trusted_ca: { inline_string: authorities },
          match_typed_subject_alt_names: addresses.map(({ host, isNumeric }) => ({
            san_type: isNumeric ? 'IP_ADDRESS' : 'DNS',
            matcher: { exact: host },
          })),
        },
      },
    }),
  };
}
