import type { GoldenRequest } from '#libs/engine';

type Facts = Readonly<Record<string, unknown>>;
const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Larger examples are not sent: a check is no load. */
export const MOST_EXAMPLE_BYTES = 1024 * 1024;

/**
 * The request that a model's input example stands for, as `mlflow models serve` takes it at `/invocations`. Nothing is expected of the
 * answer but that it is none of an error, and has the form of the output spec.
 * @param text the file's: JSON
 * @param isServing is the file a body already (`serving_input_example.json`), or the example alone (`input_example.json`, as MLflow before 2.16 wrote it)?
 * @throws Error that says why it is none
 */
export function requestOfExample(text: string, isServing: boolean): GoldenRequest {
  const body = isServing ? parsed(text) : bodyOf(parsed(text));
  if (!isFacts(body)) throw new Error('it is no JSON object, as /invocations takes them');
  return {
    name: "MLmodel's input example",
    slice: null,
    method: 'POST',
    path: '/invocations',
    body,
    expect: [],
  };
}

/** As MLflow writes an example: of a data frame its columns and rows, of arrays and texts the value itself. */
function bodyOf(example: unknown): unknown {
  if (isFacts(example) && Array.isArray(example['columns']) && Array.isArray(example['data']))
    return { dataframe_split: example };
  return { inputs: isFacts(example) && 'inputs' in example ? example['inputs'] : example };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Python writes numbers that JSON does not have.
    const odd = /\b(NaN|-?Infinity)\b/.exec(text)?.[0];
    const because = odd === undefined ? (error as Error).message : `it holds ${odd}, which JSON has not`;
    throw new Error(odd === undefined ? `it is no JSON (${because})` : because, { cause: error });
  }
}
