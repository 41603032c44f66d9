import { expect, it } from '@jest/globals';
import { isListed, s3Place } from './s3-source.ts';

it.each([
  ['s3://models/a/b', { bucket: 'models', key: 'a/b' }],
  ['s3://models', { bucket: 'models', key: '' }],
  ['s3://models/', { bucket: 'models', key: '' }],
  // As MLflow's client and AWS's command line read it: nothing is decoded.
  ['s3://models/100%25/a?b#c', { bucket: 'models', key: '100%25/a?b#c' }],
  ['s3://user:secret@models/a', null],
  ['s3://models:9000/a', null],
  ['s3://arn:aws:s3:x/a', null],
  ['s3:///a', null],
  ['s3://Models/a', null],
  ['https://models/a', null],
])('%s', (uri, place) => {
  expect(s3Place(uri)).toEqual(place);
});

it.each([
  ['s3://models/a', ['models'], true],
  ['s3://models/a', ['models/a'], true],
  ['s3://models/a/b', ['other', 'models/a/'], true],
  ['s3://models/ab', ['models/a'], false],
  ['s3://models', ['models/a'], false],
  ['s3://models-2/a', ['models'], false],
  ['s3://models/a', [], false],
  // A proxy, or a server over a file system, goes up by it.
  ['s3://models/a/../b', ['models/a'], false],
  ['s3://models/../private/b', ['models'], false],
  ['s3://models/a/./b', ['models/a'], false],
  ['s3://models/a/..', ['models/a'], false],
  ['s3://models/a/..b/c...', ['models/a'], true],
  // To S3 it is another key.
  ['s3://models//a/b', ['models/a'], false],
  ['s3://models/a//b', ['models/a'], true],
])('%s may be read where %j is listed: %j', (uri, buckets, expected) => {
  expect(isListed(s3Place(uri) ?? { bucket: '', key: '' }, buckets)).toBe(expected);
});
