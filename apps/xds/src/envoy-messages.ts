import { createRequire } from 'node:module';
import path from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { type EnvoyResource, MESSAGES, typeUrl } from '#libs/envoy-config';

const ADS = 'envoy.service.discovery.v3.AggregatedDiscoveryService';
const LOGS = 'envoy.service.accesslog.v3.AccessLogService';

/** Messages that the resources are made of; what they name is loaded with them. */
const FILES = [
  'envoy/service/discovery/v3/ads.proto',
  'envoy/service/accesslog/v3/als.proto',
  'envoy/config/listener/v3/listener.proto',
  'envoy/config/route/v3/route.proto',
  'envoy/config/cluster/v3/cluster.proto',
  'envoy/type/matcher/v3/http_inputs.proto',
  'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'envoy/extensions/filters/http/router/v3/router.proto',
  'envoy/extensions/access_loggers/grpc/v3/als.proto',
  'envoy/extensions/filters/http/lua/v3/lua.proto',
  'xds/type/v3/typed_struct.proto',
];

/** Envoy's protobuf files, as gRPC's own xDS client is published with them. */
const FOLDERS = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'];

/** What Envoy's protocol is spoken with; loading takes half a second, so it is done once. */
export interface EnvoyMessages {
  readonly aggregatedDiscovery: ServiceDefinition;
  readonly accessLog: ServiceDefinition;
  /** A resource as it is sent. */
  encode(resource: EnvoyResource): { readonly type_url: string; readonly value: Buffer };
  /** What its reader makes of it. */
  decode(resource: EnvoyResource): object;
}

export function loadEnvoyMessages(): EnvoyMessages {
  const root = path.dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json'));
  const all = loadSync(FILES, {
    keepCase: true,
    longs: Number,
    enums: String,
    json: true,
    includeDirs: FOLDERS.map((folder) => path.join(root, 'deps', folder)),
  });
  const message = (name: string): MessageTypeDefinition<object, object> =>
    all[name] as MessageTypeDefinition<object, object>;
  const bytesOf = ({ kind, body }: EnvoyResource): Buffer => message(MESSAGES[kind]).serialize(body);
  return {
    aggregatedDiscovery: all[ADS] as ServiceDefinition,
    accessLog: all[LOGS] as ServiceDefinition,
    encode: (resource) => ({ type_url: typeUrl(MESSAGES[resource.kind]), value: bytesOf(resource) }),
    decode: (resource) => message(MESSAGES[resource.kind]).deserialize(bytesOf(resource)),
  };
}
