import { createHash } from 'node:crypto';
import { type ChainLink, hashEvent } from '#libs/engine';
import {
  type ChainStart,
  damaged,
  type ExportEnd,
  type ExportHead,
  isFormat,
  isSignedBy,
  KIND,
  type Stretch,
} from './export-format.ts';
import { linesOf } from './lines.ts';

/** What a file is to be. */
export interface Expected {
  readonly file: string;
  readonly number: number;
  /** SHA-256 of the file before. */
  readonly previous: string | null;
  /** Of this file, as it was noted; `null`: it is not noted yet. */
  readonly sha256: string | null;
  /** The public key, base64. */
  readonly key: string;
}

export interface ExportContent {
  readonly sha256: string;
  readonly events: number;
  readonly stretches: readonly Stretch[];
}

interface Line {
  readonly chain?: string;
  readonly event?: Omit<ChainLink, 'modelId'>;
  readonly end?: ExportEnd;
  readonly model?: string;
  readonly after?: number;
  readonly hash?: string;
}

/**
 * Reads a file, and computes all that it says of itself: numbers, hashes, its sum and its signature.
 * @returns (of the generator) what it holds; that, and what it yields, is true only when the end is reached
 * @throws DomainError `export_damaged` at the first line that is not what it is to be
 */
export async function* readExport(
  source: AsyncIterable<Buffer>,
  expected: Expected,
): AsyncGenerator<{ readonly start: ChainStart; readonly link: ChainLink }, ExportContent> {
  const sum = createHash('sha256');
  const stretches: Stretch[] = [];
  const seen = new Set<string>();
  let start: ChainStart | null = null;
  let [count, events, after, hash] = [0, 0, 0, ''];
  let end: ExportEnd | null = null;
  const wrong = (because: string) => damaged(expected.file, count, because);
  const open = (one: Line): ChainStart => {
    if (start && stretches.at(-1)?.modelId !== start.modelId) throw wrong('the chain before it has no event');
    const { chain: modelId = '', model = '' } = one;
    if (seen.has(modelId)) throw wrong('the chain is in the file twice');
    seen.add(modelId);
    [after, hash] = [one.after ?? -1, one.hash ?? ''];
    return { modelId, model, after, hash };
  };
  const take = (of: ChainStart, event: Omit<ChainLink, 'modelId'>): ChainLink => {
    const link: ChainLink = { ...event, modelId: of.modelId };
    const { hash: own, ...content } = link;
    if (link.sequence !== after + 1)
      throw wrong(
        `event ${link.sequence} of ${named(of)} follows ${after}: some are missing, or in another order`,
      );
    if (hashEvent(hash, content) !== own)
      throw wrong(
        `the hash of event ${link.sequence} of ${named(of)} is not that of its content and the event before`,
      );
    [after, hash] = [link.sequence, own];
    events++;
    const last = stretches.at(-1);
    const { modelId, model } = of;
    const soFar =
      last?.modelId === modelId ? last : { first: link.sequence, firstAt: link.at, lastAt: link.at };
    const { first } = soFar;
    const firstAt = Math.min(soFar.firstAt, link.at);
    const lastAt = Math.max(soFar.lastAt, link.at);
    if (soFar === last) stretches.pop();
    stretches.push({ modelId, model, first, last: link.sequence, hash: own, firstAt, lastAt });
    return link;
  };
  for await (const line of linesOf(source)) {
    count++;
    if (end !== null) throw wrong('there is something behind its end');
    const before = sum.copy().digest('hex');
    sum.update(line);
    const one = parse(line, wrong);
    if (count === 1) assertHead(one as unknown as ExportHead, expected, wrong);
    else if (one.chain !== undefined) start = open(one);
    else if (one.event !== undefined && start !== null) yield { start, link: take(start, one.event) };
    else if (one.end !== undefined) {
      end = one.end;
      if (end.sha256 !== before) throw wrong('its sum is another: a line was changed');
      if (!isSignedBy(end, expected.key)) throw wrong('its signature is not that of this installation');
      if (end.events !== events || end.chains !== stretches.length)
        throw wrong('it holds another number of events');
    } else throw wrong('it is neither a chain, an event nor the end');
  }
  if (end === null) throw wrong('it is cut off: its end is missing');
  const sha256 = sum.digest('hex');
  if (expected.sha256 !== null && sha256 !== expected.sha256)
    throw wrong('it is another file than the one that was noted when it was written');
  return { sha256, events, stretches };
}

const named = ({ model }: ChainStart): string => model || 'the installation';

function parse(line: Buffer, wrong: (because: string) => Error): Line {
  if (line.at(-1) !== 10) throw wrong('it is cut off in the middle of a line');
  try {
    const value = JSON.parse(line.toString('utf8')) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw wrong('it is no JSON object');
}

function assertHead(head: ExportHead, expected: Expected, wrong: (because: string) => Error): void {
  if (head.kind !== KIND || !isFormat(head.format))
    throw wrong('it is no file of exported events that this release knows');
  if (head.number !== expected.number) throw wrong(`it is export ${head.number}, and not ${expected.number}`);
  if (head.previous !== expected.previous) throw wrong('it does not follow the export before it');
  if (head.key !== expected.key) throw wrong('it is signed with the key of another installation');
}
