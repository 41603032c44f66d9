import { type NoDirection, type UnitVector, unitVector } from '#libs/engine';

/** What an answer of POST /embeddings is wrong by. */
export type EmbeddingsMistake = 'unreadable_reply' | 'wrong_count' | 'wrong_index' | 'wrong_length';

const MOST_NUMBERS = 65_536;
const BYTES = 4;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the embeddings of an answer (https://platform.openai.com/docs/api-reference/embeddings/create), in whatever order they come:
 * each says by its `index` which text it is of. Where none has an index, the order is that of the texts. An embedding is a list
 * of numbers, or the same as 32-bit numbers in base64, little endian.
 * @param count texts that were asked about @param dimensions as asked for; `null`: as many as all have
 * @returns one for each text: its direction, or why it has none; or what is wrong with the answer as a whole
 */
export function readEmbeddings(
  answer: unknown,
  count: number,
  dimensions: number | null,
): readonly (UnitVector | NoDirection)[] | EmbeddingsMistake {
  if (!isObject(answer) || !Array.isArray(answer['data'])) return 'unreadable_reply';
  const data: readonly unknown[] = answer['data'];
  if (!data.every(isObject)) return 'unreadable_reply';
  if (data.length !== count) return 'wrong_count';
  const places = data.map(({ index }) => index);
  const isInOrder = places.every((place) => place === undefined || place === null);
  if (!isInOrder && !isPermutation(places)) return 'wrong_index';
  const embeddings = new Array<readonly number[] | Float32Array>(count);
  for (const [i, item] of data.entries()) {
    const numbers = numbersOf(item['embedding']);
    if (numbers === null) return 'unreadable_reply';
    embeddings[isInOrder ? i : Number(places[i])] = numbers;
  }
  const length = dimensions ?? embeddings[0]?.length ?? 0;
  if (embeddings.some((one) => one.length !== length || length === 0 || length > MOST_NUMBERS))
    return 'wrong_length';
  return embeddings.map(unitVector);
}

/** Each place once. */
const isPermutation = (places: readonly unknown[]): boolean =>
  new Set(places).size === places.length &&
  places.every(
    (place) => typeof place === 'number' && Number.isInteger(place) && place >= 0 && place < places.length,
  );

/** `null` in a list is how JSON writes a number that is none; other things are no embedding. */
function numbersOf(embedding: unknown): readonly number[] | Float32Array | null {
  if (typeof embedding === 'string') return numbersIn(embedding);
  if (!Array.isArray(embedding)) return null;
  const values: readonly unknown[] = embedding;
  // Integers of many digits are read exactly.
  return values.every((value) => typeof value === 'number' || typeof value === 'bigint' || value === null)
    ? values.map((value) => (value === null ? NaN : Number(value)))
    : null;
}

function numbersIn(base64: string): Float32Array | null {
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % BYTES !== 0) return null;
  return Float32Array.from({ length: bytes.length / BYTES }, (_, i) => bytes.readFloatLE(i * BYTES));
}
