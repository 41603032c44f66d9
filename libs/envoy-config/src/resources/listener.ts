import { accessLogs } from './access-log.ts';
import { ARM_LUA } from './arm-lua.ts';
import { digestOf } from './digest.ts';
import { boxed, duration, type EnvoyResource, typed } from './resource.ts';
import { ROUTES_NAME } from './route-configuration.ts';

/** Where an Envoy takes callers, and what it bears. */
export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
  readonly maxBufferedBytes: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** By which the xDS server lets in who logs. */
  readonly logToken: string;
}

const MOST_HEAD_MS = 15_000;

/** The listener for callers: HTTP/1.1 and HTTP/2, the arm by Lua, routes by RDS, evidence by its logs. */
export function listenerOf(settings: ListenerSettings): EnvoyResource {
  const logs = accessLogs(settings.logToken);
  const ads = { ads: {}, resource_api_version: 'V3' };
  const body = {
    name: 'understudy',
    address: { socket_address: { address: settings.host, port_value: settings.port } },
    // A request that may be sent twice is held until it is answered.
    per_connection_buffer_limit_bytes: boxed(settings.maxBufferedBytes),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: typed(
              'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              {
                stat_prefix: 'understudy',
                codec_type: 'AUTO',
                rds: { route_config_name: ROUTES_NAME, config_source: ads },
                // Nobody's `x-envoy-…` is obeyed, and no caller is taken for one of the inside.
                use_remote_address: boxed(true),
                internal_address_config: { unix_sockets: false },
                generate_request_id: boxed(true),
                preserve_external_request_id: true,
                always_set_request_id_in_response: true,
                normalize_path: boxed(true),
                path_with_escaped_slashes_action: 'REJECT_REQUEST',
                server_header_transformation: 'PASS_THROUGH',
                request_headers_timeout: duration(MOST_HEAD_MS),
                stream_idle_timeout: duration(settings.idleTimeoutMs),
                access_log: [logs.requests],
                http_filters: [
                  {
                    name: 'envoy.filters.http.lua',
                    typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {
                      default_source_code: { inline_string: ARM_LUA },
                    }),
                  },
                  {
                    name: 'envoy.filters.http.router',
                    typed_config: typed('envoy.extensions.filters.http.router.v3.Router', {
                      suppress_envoy_headers: true,
                      upstream_log: [logs.attempts],
                    }),
                  },
                ],
              },
            ),
          },
        ],
      },
    ],
  };
  return { kind: 'listener', name: 'understudy', version: digestOf(body), body };
}
