import { Server, ServerCredentials, status, type ServerDuplexStream } from '@grpc/grpc-js';
import { DomainError } from '#libs/kernel';
import { after, on, type Owner } from '#libs/data-plane';
import { type EnvoySession, MESSAGES, type Push, typeUrl } from '#libs/envoy-config';
import type { Logger } from '#libs/observe';
import { admit, tokenOf } from './admit.ts';
import { type RawDeltaRequest, readDeltaRequest, readNode } from './delta-request.ts';
import type { EnvoyMessages } from './envoy-messages.ts';
import type { ConnectedEnvoy, Envoys, EnvoySettings } from './envoys.ts';
import { type LogEnd, type LogParts, type LogStream, serveLogs } from './logs/serve-logs.ts';
import type { TokenCheck } from './token-check.ts';
import type { XdsFigures } from './xds-figures.ts';

/** What Envoys are answered with. */
export interface AdsParts {
  readonly logs: Omit<LogParts, 'tokens'>;
  readonly envoys: Envoys;
  readonly messages: EnvoyMessages;
  readonly tokens: Pick<TokenCheck, 'check'>;
  readonly figures: XdsFigures;
  readonly logger: Logger;
  /** Where an Envoy takes callers that does not say it. */
  readonly listen: { readonly host: string; readonly port: number };
}

type Stream = ServerDuplexStream<RawDeltaRequest, object>;

const KEEPALIVE_MS = 10_000;
/** An Envoy that takes thousands of clusters is busy for seconds on a quiet machine, and answers nothing meanwhile. */
const BUSY_MS = 30_000;

/** Envoy's aggregated discovery service over gRPC, in its incremental form only, and its access log service. */
export async function startAdsServer(
  parts: AdsParts,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = new Server({
    // A connection whose other end is gone is found out, and Envoy connects again.
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': BUSY_MS,
    'grpc.http2.min_ping_interval_without_data_ms': 1_000,
  });
  server.addService(parts.messages.aggregatedDiscovery, {
    DeltaAggregatedResources: (stream: Stream) => serve(parts, stream),
    StreamAggregatedResources: (stream: Stream) =>
      end(
        stream,
        status.UNIMPLEMENTED,
        'Use the incremental protocol: set ads_config.api_type to DELTA_GRPC.',
      ),
  });
  server.addService(parts.messages.accessLog, {
    StreamAccessLogs: (stream: LogStream, ended: LogEnd) =>
      serveLogs({ ...parts.logs, tokens: parts.tokens }, stream, ended),
  });
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${at.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(cannotListen(error, at.port)) : resolve(bound),
    );
  });
  return {
    port,
    // Streams of Envoys never end by themselves.
    stop: () => Promise.resolve(server.forceShutdown()),
  };
}

const cannotListen = (error: Error, port: number): Error =>
  new DomainError(
    'unavailable',
    'port_in_use',
    `The xDS server cannot listen on port ${port} (${error.message}). Set XDS_PORT to another port (0: any free one).`,
  );

function end(stream: Stream, code: status, details: string): void {
  stream.emit('error', { code, details });
}

/** One Envoy, from its first word to its last. */
function serve(parts: AdsParts, stream: Stream): void {
  const owner: Owner = {
    place: 'process',
    endBy: () => end(stream, status.INTERNAL, 'The xDS server failed on a message; see its log.'),
  };
  let listener: EnvoyListener | null = null;
  const hear = (request: RawDeltaRequest): void => {
    listener ??= EnvoyListener.open(parts, { owner, stream }, request);
    listener?.hear(request);
  };
  on(owner, stream, 'error', () => listener?.close());
  on(owner, stream, 'close', () => listener?.close());
  on(owner, stream, 'end', () => {
    listener?.close();
    stream.end();
  });
  admit(owner, stream, parts.tokens, { hear, refuse: (code, details) => end(stream, code, details) });
}

/** Whom it speaks to. */
interface Peer {
  readonly owner: Owner;
  readonly stream: Stream;
}

/** Hears one Envoy out, and sends it what is due. */
class EnvoyListener implements ConnectedEnvoy {
  private isClosed = false;
  private later: NodeJS.Timeout | undefined;

  private constructor(
    private readonly parts: AdsParts,
    private readonly peer: Peer,
    readonly node: string,
    private readonly settings: EnvoySettings,
    readonly session: EnvoySession,
  ) {}

  /** @returns `null`: it does not say who it is, and was told so */
  static open(parts: AdsParts, peer: Peer, first: RawDeltaRequest): EnvoyListener | null {
    const node = readNode(first, parts.listen);
    if (typeof node === 'string') {
      end(peer.stream, status.INVALID_ARGUMENT, node);
      return null;
    }
    // It shows the same token with what it logs.
    const settings = { ...node.listen, logToken: tokenOf(peer.stream.metadata) ?? '' };
    const session = parts.envoys.open(node.id);
    const listener = new EnvoyListener(parts, peer, node.id, settings, session);
    parts.envoys.add(listener);
    parts.logger.info({ node: node.id, listen: node.listen }, 'an Envoy is connected');
    return listener;
  }

  hear(raw: RawDeltaRequest): void {
    const request = readDeltaRequest(raw);
    if (request === null) return;
    const said = this.session.hear(request);
    if (said?.kind === 'refused') {
      const { of, what, why } = said;
      this.parts.figures.refused(this.node, of);
      this.parts.logger.error(
        { node: this.node, of, what, why },
        'an Envoy refuses its configuration: it goes on by the last one that it has taken',
      );
    }
    if (said?.kind === 'taken') this.parts.figures.taken(this.node, said.of);
    this.push();
  }

  push(): void {
    if (this.isClosed) return;
    this.session.want(this.parts.envoys.wanted(this.settings));
    for (const push of this.session.next(performance.now())) this.peer.stream.write(this.response(push));
    this.pushLater();
  }

  private pushLater(): void {
    clearTimeout(this.later);
    const at = this.session.nextAt();
    if (at !== null)
      this.later = after(this.peer.owner, Math.max(1, at - performance.now()), () => this.push());
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.later);
    this.parts.envoys.remove(this);
    this.parts.logger.warn({ node: this.node }, 'an Envoy is no longer connected');
  }

  private response({ kind, nonce, resources, removed }: Push): object {
    return {
      type_url: typeUrl(MESSAGES[kind]),
      nonce,
      resources: resources.map((resource) => ({
        name: resource.name,
        version: resource.version,
        resource: this.parts.messages.encode(resource),
      })),
      removed_resources: removed,
    };
  }
}
