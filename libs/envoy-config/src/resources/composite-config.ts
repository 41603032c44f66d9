import { type EnvoyMessage, typeUrl } from './resource.ts';

const UTF8 = new TextEncoder();
/** Field 1, of a length that follows. */
const FIELD_ONE = 0x0a;

/**
 * `envoy.extensions.clusters.composite.v3.ClusterConfig { repeated ClusterEntry { string name = 1; } clusters = 1; }` in an `Any`, written byte by byte:
 * no published package has the message yet (it came with Envoy 1.37), and Envoy takes no JSON here as it does of other extensions.
 */
export const compositeConfig = (clusters: readonly string[]): EnvoyMessage => ({
  type_url: typeUrl('envoy.extensions.clusters.composite.v3.ClusterConfig'),
  value: Uint8Array.from(clusters.flatMap((name) => field(field([...UTF8.encode(name)])))),
});

const field = (content: readonly number[]): number[] => [FIELD_ONE, ...varint(content.length), ...content];

const varint = (number: number): number[] =>
  number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))];
