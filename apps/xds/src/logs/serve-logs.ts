import type { sendUnaryData, ServerReadableStream, status } from '@grpc/grpc-js';
import { on, type Owner } from '#libs/data-plane';
import type { Logger } from '#libs/observe';
import { admit } from '../admit.ts';
import type { TokenCheck } from '../token-check.ts';
import type { EvidenceLog } from './evidence-log.ts';
import { type RawLogEntry, readLogEntry } from './logged-request.ts';

/** A message of Envoy's access log service; only the first one of a stream says whose it is. */
export interface RawLogs {
  readonly identifier?: { readonly node?: { readonly id?: string } };
  readonly http_logs?: { readonly log_entry?: readonly RawLogEntry[] };
}

/** What one worker of an Envoy logs, for as long as it is connected. */
export type LogStream = ServerReadableStream<RawLogs, object>;
export type LogEnd = sendUnaryData<object>;

/** Where logs go. */
export interface LogParts {
  readonly evidence: EvidenceLog;
  readonly streams: OpenLogs;
  readonly tokens: Pick<TokenCheck, 'check'>;
  readonly counted: (node: string, lines: number) => void;
  readonly logger: Logger;
}

/** Streams of logs that are open. */
export class OpenLogs {
  private readonly open = new Set<LogStream>();

  get count(): number {
    return this.open.size;
  }

  add(stream: LogStream): void {
    this.open.add(stream);
  }

  remove(stream: LogStream): void {
    this.open.delete(stream);
  }
}

const INTERNAL: status = 13;

/** Takes the log of one Envoy worker to its end. Envoy waits for no answer. */
export function serveLogs(parts: LogParts, stream: LogStream, ended: LogEnd): void {
  const refuse = (code: status, details: string): void => ended({ code, details });
  const owner: Owner = {
    place: 'process',
    endBy: () => refuse(INTERNAL, 'The xDS server failed on a log; see its own log.'),
  };
  const log = parts.evidence.open();
  let node = '';
  let isOver = false;
  const hear = (message: RawLogs): void => {
    // Whose token is good is a data plane; what has waited for that may be heard after the end.
    if (!isOver) parts.streams.add(stream);
    node = message.identifier?.node?.id ?? node;
    const lines = message.http_logs?.log_entry ?? [];
    for (const line of lines) log.take(readLogEntry(line));
    parts.counted(node, lines.length);
  };
  const close = (): void => {
    isOver = true;
    parts.streams.remove(stream);
  };
  on(owner, stream, 'error', close);
  on(owner, stream, 'close', close);
  on(owner, stream, 'cancelled', close);
  on(owner, stream, 'end', () => {
    close();
    ended(null, {});
  });
  admit(owner, stream, parts.tokens, { hear, refuse });
}
