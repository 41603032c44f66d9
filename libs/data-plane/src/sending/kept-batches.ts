import { type EvidenceBatch, PROTOCOL_VERSION, readBatch } from '#libs/gateway-protocol';

/** What a file of batches that were kept holds. */
export interface KeptBatches {
  readonly batches: readonly EvidenceBatch[];
  /** Batches that a newer release wrote, whose fields may mean something else: for the next gateway that knows them, as they are. */
  readonly newer: readonly string[];
  /** Lines that are no batch, and entries of batches that are none. */
  readonly damaged: number;
}

/** One line. */
export const batchAsLine = (batch: EvidenceBatch): string =>
  JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch });

/** A JSON array, as older releases read it, with a line for each batch: what is damaged costs its own line only. */
export const asKeptText = (lines: readonly string[]): string => `[\n${lines.join(',\n')}\n]\n`;

/** Reads what any release wrote, and of a damaged file what can be read. Pure. */
export function readKeptBatches(text: string): KeptBatches {
  const whole = parse(text);
  const values = Array.isArray(whole) ? (whole as unknown[]) : linesOf(text).map(parse);
  const batches: EvidenceBatch[] = [];
  const newer: string[] = [];
  // Of a file that is cut off nobody knows how much is missing.
  let damaged = Array.isArray(whole) || /\n\]\s*$/.test(text) ? 0 : 1;
  for (const value of values) {
    const read = readBatch(value);
    if (isNewer(value)) newer.push(JSON.stringify(value));
    else if ('mistakes' in read) damaged++;
    else {
      batches.push({ ...read.name, ...read.lists });
      damaged += read.refused.length;
    }
  }
  return { batches, newer, damaged };
}

const isNewer = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'protocol' in value &&
  Number(value.protocol) > PROTOCOL_VERSION;

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => !['', '[', ']'].includes(line));

function parse(text: string): unknown {
  try {
    // eslint-disable-next-line no-restricted-syntax -- a file of our own
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
