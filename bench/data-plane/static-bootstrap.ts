/** Where an Envoy without an xDS server sends callers. */
interface StaticRoute {
  readonly model: string;
  readonly primary: number;
  readonly candidate: number;
  readonly percent: number;
}

/** What an Envoy's users would write by hand: the same listener, rewriting and retry, the weights in `weighted_clusters`, no log. */
export const staticBootstrap =
  ({ model, primary, candidate, percent }: StaticRoute) =>
  (ports: { readonly callers: number; readonly admin: number }): string => `admin:
  address: { socket_address: { address: 127.0.0.1, port_value: ${ports.admin} } }
static_resources:
  listeners:
    - name: static
      address: { socket_address: { address: 127.0.0.1, port_value: ${ports.callers} } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: static
                use_remote_address: true
                generate_request_id: true
                preserve_external_request_id: true
                always_set_request_id_in_response: true
                normalize_path: true
                path_with_escaped_slashes_action: REJECT_REQUEST
                server_header_transformation: PASS_THROUGH
                stream_idle_timeout: 60s
                route_config:
                  name: static
                  virtual_hosts:
                    - name: static
                      domains: ["*"]
                      routes:
                        - match: { path_separated_prefix: /models/${model} }
                          route:
                            weighted_clusters:
                              clusters:
                                - { name: primary, weight: ${100 - percent} }
                                - { name: candidate, weight: ${percent} }
                            auto_host_rewrite: true
                            timeout: 0s
                            idle_timeout: 30s
                            regex_rewrite: { pattern: { regex: "^/models/${model}/?" }, substitution: / }
                            retry_policy: { retry_on: "5xx,retriable-status-codes", retriable_status_codes: [429], num_retries: 1, per_try_timeout: 10s }
                        - match: { prefix: / }
                          direct_response: { status: 404 }
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                      suppress_envoy_headers: true
  clusters:
${cluster('primary', primary)}
${cluster('candidate', candidate)}
`;

const cluster = (name: string, port: number): string => `    - name: ${name}
      type: STATIC
      lb_policy: LEAST_REQUEST
      connect_timeout: 5s
      load_assignment:
        cluster_name: ${name}
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } } }] }]`;
