import { describe, expect, it } from '@jest/globals';
import { compareSignatures } from './signature.ts';

const tensors = (inputs: unknown[], outputs: unknown[]) => ({ inputs, outputs });
const x = { name: 'x', datatype: 'FP32', shape: [-1, 4] };
const y = { name: 'y', datatype: 'INT64', shape: [-1] };

const schemas = (input: unknown, output: unknown) => ({ input, output });
const person = {
  type: 'object',
  properties: { age: { type: 'number', minimum: 0 }, country: { enum: ['de', 'fr'] } },
  required: ['age', 'country'],
};
const answer = {
  type: 'object',
  properties: { score: { type: 'number' }, tags: { type: 'array', items: { type: 'string' } } },
  required: ['score'],
};

describe('two signatures', () => {
  it.each<[string, unknown, unknown, RegExp | 'fits' | null]>([
    ['the same tensors', tensors([x], [y]), tensors([x], [y]), 'fits'],
    ['another input', tensors([x], [y]), tensors([x, { name: 'z' }], [y]), /needs the input "z"/],
    ['an optional input', tensors([x], [y]), tensors([x, { name: 'z', optional: true }], [y]), 'fits'],
    ['no output', tensors([x], [y]), tensors([x], []), /lacks the output "y"/],
    ['another type', tensors([x], [y]), tensors([{ ...x, datatype: 'FP64' }], [y]), /FP64, not FP32/],
    ['different kinds', tensors([x], [y]), schemas(person, answer), null],
    ['the same schemas', schemas(person, answer), schemas(person, answer), 'fits'],
    [
      'a new needed property',
      schemas(person, answer),
      schemas({ ...person, required: ['age', 'country', 'income'] }, answer),
      /input\.income is needed/,
    ],
    [
      'a value less',
      schemas(person, answer),
      schemas({ ...person, properties: { ...person.properties, country: { enum: ['de'] } } }, answer),
      /input\.country may be "fr"/,
    ],
    [
      'a value more',
      schemas(person, answer),
      schemas(
        { ...person, properties: { ...person.properties, country: { enum: ['de', 'fr', 'it'] } } },
        answer,
      ),
      'fits',
    ],
    [
      'a tighter bound',
      schemas(person, answer),
      schemas(
        { ...person, properties: { ...person.properties, age: { type: 'number', minimum: 18 } } },
        answer,
      ),
      /minimum of 18, it was 0/,
    ],
    [
      'a number that becomes whole',
      schemas(person, answer),
      schemas(
        { ...person, properties: { ...person.properties, age: { type: 'integer', minimum: 0 } } },
        answer,
      ),
      /input\.age may be number/,
    ],
    [
      'an answer that may lack the score',
      schemas(person, answer),
      schemas(person, { ...answer, required: [] }),
      /output\.score is needed/,
    ],
    [
      'an answer of another type',
      schemas(person, answer),
      schemas(person, { ...answer, properties: { ...answer.properties, score: { type: 'string' } } }),
      /output\.score may be string/,
    ],
    [
      'items of another type',
      schemas(person, answer),
      schemas(person, {
        ...answer,
        properties: { ...answer.properties, tags: { type: 'array', items: { type: 'number' } } },
      }),
      /output\.tags\[\] may be number/,
    ],
  ])('%s', (_name, current, next, expected) => {
    const found = compareSignatures(current, next);
    if (expected === null) expect(found).toBeNull();
    else if (expected === 'fits') expect(found).toEqual({ breaks: [], open: [] });
    else expect(found?.breaks.join('; ')).toMatch(expected);
  });

  it('says what it does not compare', () => {
    const pattern = { type: 'string', pattern: '^a' };
    expect(compareSignatures(schemas({ type: 'string' }, true), schemas(pattern, true))).toEqual({
      breaks: [],
      open: ['input: pattern'],
    });
  });
});
