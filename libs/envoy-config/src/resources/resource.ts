/** Envoy's configuration as its documentation writes it (field names with `_`); messages in an `Any` name theirs by `@type`. */
export type EnvoyMessage = Readonly<Record<string, unknown>>;

/** The kinds of resources that Envoy is sent. */
export type ResourceKind = 'cluster' | 'routes' | 'listener';

/** One resource. Equal versions are equal bodies. */
export interface EnvoyResource {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly version: string;
  readonly body: EnvoyMessage;
}

/** The protobuf message of each kind. */
export const MESSAGES: Readonly<Record<ResourceKind, string>> = {
  cluster: 'envoy.config.cluster.v3.Cluster',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  listener: 'envoy.config.listener.v3.Listener',
};

export const typeUrl = (message: string): string => `type.googleapis.com/${message}`;

/** A message within an `Any`. */
export const typed = (message: string, body: EnvoyMessage): EnvoyMessage => ({
  '@type': typeUrl(message),
  ...body,
});

/** A number or truth value that may be left out (`google.protobuf.UInt32Value`, `BoolValue`). */
export const boxed = <T extends number | boolean>(value: T): { readonly value: T } => ({ value });

/** `google.protobuf.Duration`. */
export const duration = (ms: number): EnvoyMessage => ({
  seconds: Math.floor(ms / 1_000),
  nanos: (ms % 1_000) * 1_000_000,
});

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** `google.protobuf.Struct`, whose fields protobuf.js knows by other names than Envoy's documentation. */
export const struct = (fields: Readonly<Record<string, Plain>>): EnvoyMessage => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, structValue(value)])),
});

function structValue(value: Plain): EnvoyMessage {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(structValue) } };
  return { structValue: struct(value as Readonly<Record<string, Plain>>) };
}

/** A message that the published protobuf files do not have yet: Envoy reads its JSON (`xds.type.v3.TypedStruct`). */
export const asJson = (message: string, fields: Readonly<Record<string, Plain>>): EnvoyMessage =>
  typed('xds.type.v3.TypedStruct', { type_url: typeUrl(message), value: struct(fields) });
