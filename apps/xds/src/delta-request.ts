import { readListen } from '#libs/config';
import { type DeltaRequest, MESSAGES, type ResourceKind, typeUrl } from '#libs/envoy-config';

/** A message of Envoy's incremental protocol, as it is decoded. */
export interface RawDeltaRequest {
  readonly node?: { readonly id?: string; readonly metadata?: { readonly fields?: RawFields } };
  readonly type_url?: string;
  readonly resource_names_subscribe?: readonly string[];
  readonly initial_resource_versions?: Readonly<Record<string, string>>;
  readonly response_nonce?: string;
  readonly error_detail?: { readonly message?: string };
}
type RawFields = Readonly<Record<string, { readonly stringValue?: string }>>;

const KINDS = new Map(
  Object.entries(MESSAGES).map(([kind, message]) => [typeUrl(message), kind as ResourceKind]),
);

/** @returns `null`: a kind of resource that this server has none of */
export function readDeltaRequest(raw: RawDeltaRequest): DeltaRequest | null {
  const of = KINDS.get(raw.type_url ?? '');
  if (of === undefined) return null;
  return {
    of,
    subscribe: raw.resource_names_subscribe ?? [],
    versions: raw.initial_resource_versions ?? {},
    nonce: raw.response_nonce ?? '',
    error: raw.error_detail ? shortened(raw.error_detail.message ?? 'it does not say why') : null,
  };
}

/** Which Envoy it is, and where it takes callers if it says so itself (`node.metadata.listen`). */
export function readNode(
  { node }: RawDeltaRequest,
  usual: { readonly host: string; readonly port: number },
): { readonly id: string; readonly listen: { readonly host: string; readonly port: number } } | string {
  if (node?.id === undefined || node.id === '') return 'The node has no id: set node.id in the bootstrap.';
  const said = node.metadata?.fields?.['listen']?.stringValue;
  const listen = said === undefined ? usual : readListen(said);
  if (listen === null) return `node.metadata.listen is "${said}": use an address such as 0.0.0.0:7406.`;
  return { id: node.id, listen };
}

const MOST_WORDS = 500;

/** Envoy's words without the configuration that it quotes in the middle: what is wrong is at the beginning or at the end. */
function shortened(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length <= 2 * MOST_WORDS ? line : `${line.slice(0, MOST_WORDS)} … ${line.slice(-MOST_WORDS)}`;
}
