import { z } from 'zod';
import type { ModelPrices, TokenPrices } from '#libs/traffic';

const MOST_VERSIONS = 200;
const price = z.number().min(0).max(1_000_000);
const of = {
  input: price.describe('Of a million tokens that are read'),
  output: price.describe('Of a million tokens that are made'),
  cachedInput: price
    .optional()
    .describe("Of a million tokens from the server's prompt cache. Default: as input"),
};

/** The body of PUT /models/{model}/prices. */
export const prices = z
  .strictObject({
    input: of.input.optional(),
    output: of.output.optional(),
    cachedInput: of.cachedInput,
    versions: z
      .record(z.string().regex(/^[1-9]\d{0,8}$/, 'not the number of a version'), z.strictObject(of))
      .refine((all) => Object.keys(all).length <= MOST_VERSIONS, `more than ${MOST_VERSIONS} versions`)
      .default({})
      .describe('Of versions that cost something else, by number'),
  })
  .refine(
    ({ input, output }) => (input === undefined) === (output === undefined),
    'give both, input and output, or neither: {"input": 2.5, "output": 10} for a million tokens each',
  )
  .refine(
    ({ input, cachedInput }) => cachedInput === undefined || input !== undefined,
    'cachedInput needs input and output beside it',
  );
type Prices = z.infer<typeof prices>;

export function modelPrices({ input, output, cachedInput, versions }: Prices): ModelPrices {
  const usual =
    input === undefined || output === undefined ? null : tokenPrices({ input, output, cachedInput });
  return {
    usual,
    versions: Object.fromEntries(Object.entries(versions).map(([n, one]) => [n, tokenPrices(one)])),
  };
}

export function pricesView(known: ModelPrices | null): Prices {
  const versions = Object.entries(known?.versions ?? {}).map(([n, one]) => [n, tokenPrices(one)] as const);
  return { ...(known?.usual ? tokenPrices(known.usual) : {}), versions: Object.fromEntries(versions) };
}

const tokenPrices = ({ input, output, cachedInput }: TokenPrices): TokenPrices => ({
  input,
  output,
  ...(cachedInput === undefined ? {} : { cachedInput }),
});
