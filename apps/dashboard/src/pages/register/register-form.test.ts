import { describe, expect, it } from '@jest/globals';
import { bodyOf, EMPTY_FORM, placed } from './register-form.ts';

const form = (typed: Partial<typeof EMPTY_FORM>) => ({ ...EMPTY_FORM, ...typed });

describe('what is sent of the form', () => {
  it('leaves out what nobody has typed', () => {
    expect(bodyOf(EMPTY_FORM)).toEqual({
      body: {
        ...{ description: '', metrics: {}, tags: {}, source: {}, card: '' },
        ...{ createModel: false, rollout: true },
      },
      errors: {},
    });
  });

  it('reads lists by lines', () => {
    const typed = {
      ...{
        servingUrls: ' http://a:1 \n\nhttp://b:2',
        metrics: 'loss = 1e-3\r\na.b=2',
        tags: 'query=a=b\nempty =',
      },
      ...{ uri: 's3://b/m', digest: ' sha256:0 ', repository: 'https://g/r', commit: 'c', isNewModel: true },
    };
    expect(bodyOf(form({ ...typed, healthPath: '/ready', isReleased: false }))).toEqual({
      body: {
        ...{ servingUrls: ['http://a:1', 'http://b:2'], healthPath: '/ready', description: '', card: '' },
        ...{
          artifact: { uri: 's3://b/m', digest: 'sha256:0' },
          source: { repository: 'https://g/r', commit: 'c' },
        },
        ...{ metrics: { loss: 0.001, 'a.b': 2 }, tags: { query: 'a=b', empty: '' } },
        ...{ createModel: true, rollout: false },
      },
      errors: {},
    });
  });

  it.each([
    ['metrics', 'accuracy', 'Line 1: write a name, = and a value.'],
    ['metrics', '\n= 3', 'Line 2: write a name, = and a value.'],
    ['metrics', 'a = b', '“a”: “b” is no number.'],
    ['metrics', 'a = Infinity', '“a”: “Infinity” is no number.'],
    ['metrics', 'a = ', '“a”: “” is no number.'],
    ['tags', 'a = 1\nb = 2\na = 3', '“a” stands there twice.'],
  ] as const)('says of %s %j what is wrong before it is sent', (field, text, error) => {
    expect(bodyOf(form({ [field]: text })).errors).toEqual({ [field]: [error] });
  });
});

describe('a refusal', () => {
  const refusal = (pointer: string) => ({
    ...{ code: 'request_invalid', detail: 'The request has mistakes; see errors.' },
    errors: [{ pointer, detail: 'wrong' }],
  });
  it.each([
    ['/servingUrl', { servingUrls: ['wrong'] }],
    ['/servingUrls/1', { servingUrls: ['Line 3: wrong'] }],
    ['/artifact', { uri: ['wrong'] }],
    ['/artifact/digest', { digest: ['wrong'] }],
    ['/metrics/a~1b', { metrics: ['“a/b”: wrong'] }],
    ['/model', { model: ['wrong'] }],
    ['/source/commit', { commit: ['wrong'] }],
  ])('of %s stands at its field', (pointer, errors) => {
    const typed = form({ servingUrls: 'http://a\n\nhttp://b' });
    expect(placed(refusal(pointer), typed)).toEqual({ errors, isAll: true });
  });

  it('that no field is about is told as a whole', () => {
    expect(placed(refusal('/baseline'), EMPTY_FORM)).toEqual({ errors: {}, isAll: false });
    expect(placed({ code: 'freeze', detail: 'not now', errors: [] }, EMPTY_FORM).isAll).toBe(false);
  });

  it('of a model that is not there stands at its name', () => {
    const missing = { code: 'model_not_found', detail: 'There is no model "x".', errors: [] };
    expect(placed(missing, EMPTY_FORM)).toEqual({ errors: { model: [missing.detail] }, isAll: true });
  });
});
