import { expect, it } from '@jest/globals';
import { movingSource } from './pinned-source.ts';

it.each([
  ['models:/digits@champion', { name: 'digits', by: 'alias', value: 'champion' }],
  ['MODELS:/digits@champion', { name: 'digits', by: 'alias', value: 'champion' }],
  ['models:///digits@champion?x=1', { name: 'digits', by: 'alias', value: 'champion' }],
  ['models:/a@b@primary', { name: 'a@b', by: 'alias', value: 'primary' }],
  ['models:/digits/latest', { name: 'digits', by: 'latest', value: 'latest' }],
  ['models:/my%20digits/LATEST', { name: 'my%20digits', by: 'latest', value: 'LATEST' }],
  ['models:/digits/Production', { name: 'digits', by: 'stage', value: 'Production' }],
])('%s moves', (source, moving) => expect(movingSource(source)).toEqual(moving));

it.each([
  'models:/digits/3',
  'models:/m-0123456789abcdef0123456789abcdef',
  'models:/digits',
  'models:/digits@',
  'models:/@champion',
  'models:/digits/',
  'models:/a/b/latest',
  'models://profile@databricks/digits/latest',
  'runs:/0123/model',
  's3://bucket/models:/digits@champion',
  '/models/digits@champion',
  '',
])('%j does not', (source) => expect(movingSource(source)).toBeNull());
