import { env, InferenceSession, Tensor } from 'onnxruntime-web';

/** One tensor of the Open Inference Protocol's JSON. */
export interface OipTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly number[];
}

/** A mistake of the caller, answered with 400. */
export class BadInput extends Error {}

const MOST_VALUES = 1_000_000;

/** An ONNX file on ONNX Runtime (WebAssembly: no download at install, the same on every machine). */
export async function loadModel(
  file: Uint8Array,
): Promise<{ inputNames: readonly string[]; infer: (inputs: unknown) => Promise<OipTensor[]> }> {
  env.wasm.numThreads = 1;
  env.logLevel = 'error';
  const session = await InferenceSession.create(file, { executionProviders: ['wasm'] });
  let last: Promise<unknown> = Promise.resolve();
  return {
    inputNames: session.inputNames,
    // A session runs one request at a time.
    infer: (inputs) => {
      const feeds = toFeeds(inputs, session.inputNames);
      const run = last
        .then(() => session.run(feeds))
        .then((outputs) => session.outputNames.map((name) => fromTensor(name, outputs[name])));
      last = run.catch(() => undefined);
      return run;
    },
  };
}

function toFeeds(inputs: unknown, names: readonly string[]): Record<string, Tensor> {
  if (!Array.isArray(inputs)) throw new BadInput('inputs: a list of tensors is asked for');
  return Object.fromEntries(
    names.map((name) => {
      const input = inputs.find((i: { name?: unknown }) => i?.name === name) as
        Partial<OipTensor> | undefined;
      const { shape, data } = input ?? {};
      if (!Array.isArray(shape) || !Array.isArray(data))
        throw new BadInput(`inputs: "${name}" needs shape and data`);
      const size = shape.reduce((product: number, n: number) => product * n, 1);
      if (size !== data.length || size > MOST_VALUES)
        throw new BadInput(`inputs: "${name}" has ${data.length} values, its shape says ${size}`);
      if (!data.every((value) => typeof value === 'number' && Number.isFinite(value)))
        throw new BadInput(`inputs: "${name}" holds something that is not a number`);
      return [name, new Tensor('float32', Float32Array.from(data), [...shape])];
    }),
  );
}

function fromTensor(name: string, tensor: Tensor | undefined): OipTensor {
  if (!tensor) throw new Error(`the model gave no ${name}`);
  const datatype = tensor.type === 'int64' ? 'INT64' : 'FP32';
  return {
    name,
    shape: tensor.dims,
    datatype,
    data: Array.from(tensor.data as ArrayLike<number | bigint>, Number),
  };
}
