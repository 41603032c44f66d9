import { createHash, type Hash, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson, DomainError, type Instant } from '#libs/kernel';
import type { ChainLink } from '#libs/engine';
import { publicKeyOf, publicKeyText } from './export-key.ts';

/*
 * A file of exported events: JSON Lines (docs/guides/retention.md#the-format). The first line says which file it is and which one comes before;
 * then of each chain a line that says where it goes on, and its events in order; the last line says how many there were, with the SHA-256 of
 * all lines before it and an Ed25519 signature (RFC 8032) of that.
 */

export const KIND = 'understudy.events';
const FORMAT = 1;

export interface ExportHead {
  readonly kind: typeof KIND;
  readonly format: number;
  readonly number: number;
  /** SHA-256 of the whole file before; `null`: it is the first. */
  readonly previous: string | null;
  /** RFC 3339; events that happened before `before`. */
  readonly madeAt: string;
  readonly before: string;
  /** Ed25519, the public one, base64. */
  readonly key: string;
}

/** Where a chain goes on in a file. */
export interface ChainStart {
  readonly modelId: string;
  /** The name when it was written; empty: the installation. */
  readonly model: string;
  /** The sequence and the hash of the event before. */
  readonly after: number;
  readonly hash: string;
}

/** A stretch of a chain, as a file holds it. */
export interface Stretch {
  readonly modelId: string;
  readonly model: string;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

export interface ExportEnd {
  readonly events: number;
  readonly chains: number;
  readonly sha256: string;
  readonly signature: string;
}

/** The lines of a file. The hash is of what it has made so far. */
export class ExportLines {
  private readonly hash: Hash = createHash('sha256');
  private readonly key: KeyObject;

  /** @param key the private one */
  constructor(key: KeyObject) {
    this.key = key;
  }

  head(head: Pick<ExportHead, 'number' | 'previous' | 'madeAt' | 'before'>): Buffer {
    return this.line({ kind: KIND, format: FORMAT, ...head, key: publicKeyText(this.key) });
  }

  chain({ modelId, model, after, hash }: ChainStart): Buffer {
    return this.line({ chain: modelId, model, after, hash });
  }

  event({ modelId: _id, ...event }: ChainLink): Buffer {
    return this.line({ event });
  }

  end(counts: Pick<ExportEnd, 'events' | 'chains'>): Buffer {
    const sha256 = this.hash.copy().digest('hex');
    const signature = sign(null, signed(sha256), this.key).toString('base64');
    return this.line({ end: { ...counts, sha256, signature } });
  }

  private line(value: unknown): Buffer {
    const line = Buffer.from(`${canonicalJson(value)}\n`);
    this.hash.update(line);
    return line;
  }
}

/** @param key the public one, base64 */
export const isSignedBy = ({ sha256, signature }: ExportEnd, key: string): boolean =>
  verify(null, signed(sha256), publicKeyOf(key), Buffer.from(signature, 'base64'));

const signed = (sha256: string): Buffer => Buffer.from(`${KIND} ${FORMAT}\n${sha256}\n`);

export const isFormat = (format: unknown): boolean => format === FORMAT;

export const fileName = (number: number): string => `events-${String(number).padStart(6, '0')}.jsonl`;
export const numberOf = (file: string): number | null => {
  const [, digits] = /^events-(\d{6,})\.jsonl$/.exec(file) ?? [];
  return digits === undefined ? null : Number(digits);
};

/** What is wrong with a file, and where. */
export const damaged = (file: string, line: number, because: string): DomainError =>
  new DomainError('invalid', 'export_damaged', `${file}, line ${line}: ${because}.`);
