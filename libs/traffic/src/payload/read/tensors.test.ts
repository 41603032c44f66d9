import { describe, expect, it } from '@jest/globals';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { readOutput } from '../../output/read-output.ts';
import { isSameContent, Payload, writeJson } from '../index.ts';

const FIXED: Record<
  string,
  [size: number, values: fc.Arbitrary<unknown>, write: (at: Buffer, value: never) => void]
> = {
  BOOL: [1, fc.boolean(), (at, value: boolean) => at.writeUInt8(value ? 1 : 0)],
  UINT8: [1, fc.nat(255), (at, value: number) => at.writeUInt8(value)],
  UINT16: [2, fc.nat(65_535), (at, value: number) => at.writeUInt16LE(value)],
  UINT32: [4, fc.nat(2 ** 32 - 1), (at, value: number) => at.writeUInt32LE(value)],
  UINT64: [8, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (at, value: bigint) => at.writeBigUInt64LE(value)],
  INT8: [1, fc.integer({ min: -128, max: 127 }), (at, value: number) => at.writeInt8(value)],
  INT16: [2, fc.integer({ min: -32_768, max: 32_767 }), (at, value: number) => at.writeInt16LE(value)],
  INT32: [4, fc.integer(), (at, value: number) => at.writeInt32LE(value)],
  INT64: [
    8,
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    (at, value: bigint) => at.writeBigInt64LE(value),
  ],
  // Halves of small integers are exact in every one of these.
  FP16: [
    2,
    fc.integer({ min: -1_000, max: 1_000 }).map((n) => n / 2),
    (at, value: number) => at.writeUInt16LE(half(value)),
  ],
  BF16: [
    2,
    fc.integer({ min: -120, max: 120 }).map((n) => n / 2),
    (at, value: number) => {
      const float = Buffer.alloc(4);
      float.writeFloatLE(value);
      float.copy(at, 0, 2, 4);
    },
  ],
  FP32: [4, fc.float(), (at, value: number) => at.writeFloatLE(value)],
  FP64: [8, fc.double(), (at, value: number) => at.writeDoubleLE(value)],
};
/** binary16 by its definition, for numbers that it has. */
function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | ((Math.abs(value) / 2 ** exponent - 1) * 1024);
}
const tensor = fc.constantFrom(...Object.keys(FIXED), 'BYTES').chain((datatype) =>
  fc.record({
    datatype: fc.constant(datatype),
    data: fc.array(FIXED[datatype]?.[1] ?? fc.string({ unit: 'grapheme' }), { maxLength: 20 }),
    isBinary: fc.boolean(),
  }),
);

function toBytes(datatype: string, data: readonly unknown[]): Buffer {
  const fixed = FIXED[datatype];
  return Buffer.concat(
    data.map((value) => {
      if (!fixed) {
        const text = Buffer.from(value as string);
        const size = Buffer.alloc(4);
        size.writeUInt32LE(text.length);
        return Buffer.concat([size, text]);
      }
      const bytes = Buffer.alloc(fixed[0]);
      fixed[2](bytes, value as never);
      return bytes;
    }),
  );
}

describe("Open Inference's binary extension", () => {
  it('reads as the same tensors in JSON, in requests and in answers, compressed or not', () => {
    fc.assert(
      fc.property(
        fc.array(tensor, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('inputs', 'outputs'),
        fc.boolean(),
        (tensors, list, isZipped) => {
          const rest: Buffer[] = [];
          const inJson: unknown[] = [];
          const mixed = tensors.map(({ datatype, data, isBinary }, i) => {
            const head = { name: `t${i}`, datatype, shape: [data.length] };
            inJson.push({ ...head, data });
            if (!isBinary) return { ...head, data };
            const bytes = toBytes(datatype, data);
            rest.push(bytes);
            return { ...head, parameters: { binary_data_size: bytes.length } };
          });
          const json = Buffer.from(writeJson({ model_name: 'm', [list]: mixed }));
          const whole = Buffer.concat([json, ...rest]);
          const payload = new Payload(isZipped ? zlib.gzipSync(whole) : whole, [
            ...[
              'Content-Type',
              'application/octet-stream',
              'Inference-Header-Content-Length',
              String(json.length),
            ],
            ...(isZipped ? ['Content-Encoding', 'gzip'] : []),
          ]);
          const plain = new Payload(Buffer.from(writeJson({ model_name: 'm', [list]: inJson })));
          expect(payload.notRead).toBe(null);
          expect(isSameContent(payload.content, plain.content)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read by an output spec', () => {
    const json =
      '{"outputs":[{"name":"y","datatype":"INT64","shape":[1],"parameters":{"binary_data_size":8}}]}';
    const bytes = Buffer.concat([Buffer.from(json), toBytes('INT64', [9_007_199_254_740_993n])]);
    const { value } = new Payload(bytes, ['inference-header-content-length', String(json.length)]);
    expect(readOutput(value, { kind: 'label', path: '$.outputs[0].data[0]' })).toEqual({
      label: '9007199254740993',
    });
  });

  it.each([
    ['FP16 infinity', 0x7c00, Infinity],
    ['FP16 NaN', 0x7e00, NaN],
    ['the smallest FP16', 1, 2 ** -24],
    ['the largest FP16', 0x7bff, 65_504],
    ['a third in FP16', 0x3555, 0.333251953125],
  ])('%s', (_, bits, expected) => {
    const json = '{"outputs":[{"datatype":"FP16","parameters":{"binary_data_size":2}}]}';
    const bytes = Buffer.from(`${json}  `);
    bytes.writeUInt16LE(bits, json.length);
    const { value } = new Payload(bytes, ['inference-header-content-length', String(json.length)]);
    expect(value).toEqual({ outputs: [{ datatype: 'FP16', data: [expected] }] });
  });

  it.each([
    ['less than it says', 3, 'FP32', 4, 'truncated'],
    ['more than it says', 5, 'FP32', 4, 'tensors'],
    ['half a number', 3, 'FP32', 3, 'tensors'],
    ['an unknown datatype', 4, 'FP8', 4, 'tensors'],
    ['a datatype that objects have', 4, 'constructor', 4, 'tensors'],
    ['a negative size', 0, 'FP32', -4, 'tensors'],
    ['a string beyond its end', 5, 'BYTES', 5, 'tensors'],
    ['more numbers than are read', 7_000_000, 'INT8', 7_000_000, 'too_large'],
  ])('%s says so', (_, there, datatype, size, why) => {
    const json = JSON.stringify({ outputs: [{ datatype, parameters: { binary_data_size: size } }] });
    const bytes = Buffer.concat([Buffer.from(json), Buffer.alloc(there, 255)]);
    const payload = new Payload(bytes, ['inference-header-content-length', String(json.length)]);
    expect([payload.value, payload.notRead]).toEqual([undefined, why]);
  });
});

it('binary tensors whose values do not fill their shape are not read', () => {
  const shape = fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom('UINT8', 'FP32', 'BYTES'), shape, fc.nat(30), (datatype, dims, many) => {
      const tail = toBytes(datatype, Array<never>(many).fill((datatype === 'BYTES' ? 'x' : 1) as never));
      const head = { name: 'y', datatype, shape: dims, parameters: { binary_data_size: tail.length } };
      const json = Buffer.from(JSON.stringify({ outputs: [head] }));
      const payload = new Payload(Buffer.concat([json, tail]), [
        'inference-header-content-length',
        String(json.length),
      ]);
      const isFit = dims.every((n) => n >= 0) && dims.reduce((a, b) => a * b, 1) === many;
      expect(payload.notRead).toBe(isFit ? null : 'tensors');
    }),
    { numRuns: 1_000 },
  );
});
