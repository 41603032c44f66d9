import { decodeText } from '../decode-text.ts';
import type { NotRead } from '../not-read.ts';
import { newBudget, parseJson } from './parse-json.ts';
import type { ParsedJson } from './json-text.ts';

/** Bytes that one value takes once it is read; integers beyond 2^53 and strings take more. */
const NUMBER_BYTES = 8;
const STRING_BYTES = 48;

type Read = (view: DataView, at: number) => unknown;
/** Open Inference's datatypes of a fixed size: bytes, and how one is read. All are little-endian. */
const DATATYPES: Readonly<Record<string, readonly [size: number, read: Read]>> = {
  BOOL: [1, (view, at) => view.getUint8(at) !== 0],
  UINT8: [1, (view, at) => view.getUint8(at)],
  UINT16: [2, (view, at) => view.getUint16(at, true)],
  UINT32: [4, (view, at) => view.getUint32(at, true)],
  UINT64: [8, (view, at) => exact(view.getBigUint64(at, true))],
  INT8: [1, (view, at) => view.getInt8(at)],
  INT16: [2, (view, at) => view.getInt16(at, true)],
  INT32: [4, (view, at) => view.getInt32(at, true)],
  INT64: [8, (view, at) => exact(view.getBigInt64(at, true))],
  FP16: [2, (view, at) => halfFloat(view.getUint16(at, true))],
  BF16: [2, (view, at) => brainFloat(view.getUint16(at, true))],
  FP32: [4, (view, at) => view.getFloat32(at, true)],
  FP64: [8, (view, at) => view.getFloat64(at, true)],
};

/**
 * Reads Open Inference's binary extension: JSON, and behind it the tensors that say `binary_data_size`. The result is
 * what the same body is without the extension, tensors in `data`, so nobody else has to know of it.
 * @param jsonBytes as `inference-header-content-length` says
 */
export function readTensors(bytes: Uint8Array, jsonBytes: number): ParsedJson {
  if (jsonBytes > bytes.length) return unread('truncated');
  const text = decodeText(bytes.subarray(0, jsonBytes), 'utf-8');
  if (text === null) return unread('charset');
  const head = parseJson(text);
  if (head.why !== null) return head;
  const rest = new Rest(bytes, jsonBytes);
  for (const list of ['inputs', 'outputs']) {
    const tensors = isRecord(head.value) && Object.hasOwn(head.value, list) ? head.value[list] : [];
    for (const tensor of Array.isArray(tensors) ? (tensors as unknown[]) : []) {
      const why = isRecord(tensor) ? fill(tensor, rest) : null;
      if (why !== null) return unread(why);
    }
  }
  return rest.isEmpty ? head : unread('tensors');
}

/** Puts a tensor's values into `data`, if they stand behind the JSON. */
function fill(tensor: Record<string, unknown>, rest: Rest): NotRead | null {
  const { parameters, datatype } = tensor;
  if (!isRecord(parameters) || !Object.hasOwn(parameters, 'binary_data_size')) return null;
  const { binary_data_size: size, ...others } = parameters;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return 'tensors';
  const view = rest.take(size);
  if (view === null) return 'truncated';
  const data = datatype === 'BYTES' ? strings(view, rest) : values(view, datatype, rest);
  if (typeof data === 'string') return data;
  // What a client cannot bring into this shape is no tensor to it either.
  const { shape } = tensor;
  if (shape !== undefined && sizeOf(shape) !== data.length) return 'tensors';
  tensor['data'] = data;
  if (Object.keys(others).length > 0) tensor['parameters'] = others;
  else delete tensor['parameters'];
  return null;
}

/** How many values a shape has; `null`: it is none. */
function sizeOf(shape: unknown): number | null {
  if (!Array.isArray(shape)) return null;
  let size = 1;
  for (const n of shape as unknown[]) {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) return null;
    size *= n;
  }
  return size;
}

function values(view: DataView, datatype: unknown, rest: Rest): unknown[] | NotRead {
  const known =
    typeof datatype === 'string' && Object.hasOwn(DATATYPES, datatype) ? DATATYPES[datatype] : null;
  if (!known || view.byteLength % known[0] !== 0) return 'tensors';
  const [size, read] = known;
  if (!rest.allows((view.byteLength / size) * NUMBER_BYTES)) return 'too_large';
  const data: unknown[] = [];
  for (let at = 0; at < view.byteLength; at += size) data.push(read(view, at));
  return data;
}

/** BYTES: each with its length in front, as four bytes. Text where it is text, else a character for each byte. */
function strings(view: DataView, rest: Rest): unknown[] | NotRead {
  const data: unknown[] = [];
  for (let at = 0; at < view.byteLength;) {
    if (at + 4 > view.byteLength) return 'tensors';
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > view.byteLength) return 'tensors';
    if (!rest.allows(STRING_BYTES + length)) return 'too_large';
    data.push(decodeText(new Uint8Array(view.buffer, view.byteOffset + at, length), null));
    at += length;
  }
  return data;
}

/** What stands behind the JSON, and how much memory may still be spent on it. */
class Rest {
  private readonly budget = newBudget();

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  get isEmpty(): boolean {
    return this.at === this.bytes.length;
  }

  take(size: number): DataView | null {
    if (size > this.bytes.length - this.at) return null;
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, size);
    this.at += size;
    return view;
  }

  allows(bytes: number): boolean {
    this.budget.left -= bytes;
    return this.budget.left >= 0;
  }
}

const unread = (why: NotRead): ParsedJson => ({ value: undefined, why });
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const exact = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const float = new DataView(new ArrayBuffer(4));
/** bfloat16: the upper half of a binary32. */
function brainFloat(bits: number): number {
  float.setUint32(0, bits << 16);
  return float.getFloat32(0);
}
