/** What an Envoy needs to know to find its configuration. */
export interface BootstrapSettings {
  /** Names this Envoy; each one has a name of its own. */
  readonly node: string;
  /** Where the xDS server answers. */
  readonly host: string;
  readonly port: number;
  /** With the scope `gateway`. */
  readonly token: string;
  /** Where this Envoy takes callers (`0.0.0.0:7406`); `null`: where the xDS server's `ENVOY_LISTEN` says. */
  readonly listen: string | null;
  /** Of Envoy's own administration, on this machine only. */
  readonly adminPort: number;
}

/** The cluster of every bootstrap by which an Envoy reaches the xDS server: for its configuration, and with what it logs. */
export const XDS_CLUSTER = 'understudy_xds';

/** Envoy's bootstrap, as YAML: everything else comes over xDS. */
export function envoyBootstrap(settings: BootstrapSettings): string {
  const { node, host, port, token, listen, adminPort } = settings;
  // A JSON text is a YAML text.
  const text = (value: string): string => JSON.stringify(value);
  return `node:
  id: ${text(node)}
  cluster: understudy
${listen === null ? '' : `  metadata: { listen: ${text(listen)} }\n`}admin:
  address: { socket_address: { address: 127.0.0.1, port_value: ${adminPort} } }
# Which paths are predictions is said by regular expressions, some of which are larger than Envoy's default allows.
layered_runtime:
  layers:
    - name: understudy
      static_layer: { re2.max_program_size.error_level: 10000, re2.max_program_size.warn_level: 10000 }
dynamic_resources:
  ads_config:
    api_type: DELTA_GRPC
    transport_api_version: V3
    grpc_services:
      - envoy_grpc: { cluster_name: ${XDS_CLUSTER} }
        initial_metadata:
          - { key: authorization, value: ${text(`Bearer ${token}`)} }
  cds_config: { ads: {}, resource_api_version: V3 }
  lds_config: { ads: {}, resource_api_version: V3 }
static_resources:
  clusters:
    - name: ${XDS_CLUSTER}
      type: STRICT_DNS
      connect_timeout: 5s
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config:
            http2_protocol_options:
              connection_keepalive: { interval: 10s, timeout: 5s }
      load_assignment:
        cluster_name: ${XDS_CLUSTER}
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: { socket_address: { address: ${text(host)}, port_value: ${port} } }
`;
}
