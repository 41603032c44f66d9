/** An Open Inference tensor, as it stands in an answer: its numbers in one list, or nested as its shape says. */
export interface JsonTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<unknown>;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object';

/** A list of values: an array, or the numbers of a binary tensor. */
export function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? (value as unknown as ArrayLike<unknown>)
    : undefined;
}

export function isTensor(value: unknown): value is JsonTensor {
  if (!isObject(value) || Array.isArray(value)) return false;
  const { shape, data } = value;
  return (
    Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0) && listOf(data) !== undefined
  );
}

/** Is its data one list? Otherwise it is nested as its shape says. */
const isFlat = ({ data, shape }: JsonTensor): boolean => shape.length < 2 || listOf(data[0]) === undefined;

/** How many values its shape asks for. */
export const sizeOf = ({ shape }: JsonTensor): number => shape.reduce((product, n) => product * n, 1);

/** Has it as many values, or rows, as its shape says? Some servers (TorchServe) leave the shape empty. */
const fits = (tensor: JsonTensor): boolean => tensor.shape.length === 0 || rowsOf(tensor) !== undefined;

/** How many rows it has: its first dimension; `undefined` where its data do not fit its shape. */
export function rowsOf(tensor: JsonTensor): number | undefined {
  const rows = tensor.shape[0];
  if (rows === undefined) return undefined;
  const wanted = isFlat(tensor) ? sizeOf(tensor) : rows;
  return tensor.data.length === wanted ? rows : undefined;
}

/** One row: a value, or a tensor of one dimension less; `undefined` where it has no such row. */
export function rowOf(tensor: JsonTensor, row: number): unknown {
  const rows = rowsOf(tensor);
  if (rows === undefined || row >= rows) return undefined;
  const shape = tensor.shape.slice(1);
  if (shape.length === 0) return tensor.data[row];
  if (!isFlat(tensor)) return { shape, data: tensor.data[row] };
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Array.prototype.slice.call(tensor.data, row * size, (row + 1) * size) as unknown[] };
}

/** The one value of a tensor that has one; any other value as it is. */
export function scalarOf(value: unknown): unknown {
  let here = value;
  while (isTensor(here)) {
    if (here.data.length !== 1 || !fits(here)) return value;
    here = isFlat(here) ? here.data[0] : { shape: here.shape.slice(1), data: here.data[0] };
  }
  return here;
}

/** The list of a tensor that has one dimension beside those of 1; any other value as it is. */
export function vectorOf(value: unknown): unknown {
  let here = value;
  while (isTensor(here)) {
    if (here.shape.filter((n) => n !== 1).length > 1 || !fits(here)) return value;
    here =
      isFlat(here) || here.data.length !== 1 ? here.data : { shape: here.shape.slice(1), data: here.data[0] };
  }
  return here;
}
