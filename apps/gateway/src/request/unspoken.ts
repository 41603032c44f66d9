import type { CallerRequest } from '../callers/caller-request.ts';

/** What to do instead; ASCII, as it goes into headers. */
export const INSTEAD_OF_GRPC =
  'This gateway speaks HTTP/1.1, and no gRPC. Ask by HTTP and JSON (of a KServe or Triton server: POST /models/{model}/v2/models/{name}/infer), or call the model server itself.';

/** Status 12 of gRPC: not implemented here. */
export const UNIMPLEMENTED = '12';

/** What a request speaks that the gateway does not: an answer of 501. */
export interface Unspoken {
  readonly code: string;
  readonly detail: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

const WEBSOCKET: Unspoken = {
  code: 'upgrade_not_supported',
  detail:
    'This gateway speaks HTTP/1.1 and streams answers, but no WebSocket. Ask by POST, or call the model server itself.',
  headers: [],
};
const GRPC: Unspoken = {
  code: 'grpc_not_supported',
  detail: INSTEAD_OF_GRPC,
  headers: ['grpc-status', UNIMPLEMENTED, 'grpc-message', INSTEAD_OF_GRPC],
};

/** `null`: it is HTTP as we speak it. */
export function unspokenOf(request: CallerRequest): Unspoken | null {
  if (request.method === 'GET') return asksForWebSocket(request) ? WEBSOCKET : null;
  const { headers } = request.head;
  for (let i = 0; i + 1 < headers.length; i += 2)
    if (headers[i]?.length === 12 && isGrpc(headers[i + 1] ?? '')) {
      if (headers[i]?.toLowerCase() === 'content-type') return GRPC;
    }
  return null;
}

/** Is it a content type of gRPC? gRPC-Web is none: it goes through HTTP/1.1 as anything else. */
export const isGrpc = (type: string): boolean =>
  // Asked of every request: most are told by one letter.
  (type.charCodeAt(12) | 32) === 0x67 && /^application\/grpc(?:\+[\w.+-]+)?\s*(?:;|$)/i.test(type);

/** Passed on without its upgrade it would be an ordinary GET, and the caller would wait for a handshake that never comes. */
const asksForWebSocket = (request: CallerRequest): boolean =>
  request
    .header('upgrade')
    ?.toLowerCase()
    .split(',')
    .some((one) => one.trim() === 'websocket') === true;
