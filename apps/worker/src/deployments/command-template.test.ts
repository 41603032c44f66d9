import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillCommand } from './command-template.ts';

const values = { artifact: '/a b/x.onnx', port: '8000', model: 'digits', version: '3' };

it('fills in words and keeps quoted ones whole', () => {
  expect(
    fillCommand('node "my server.js" --artifact {artifact} --port={port} \'{model} {version}\'', values),
  ).toEqual(['node', 'my server.js', '--artifact', '/a b/x.onnx', '--port=8000', 'digits 3']);
});

it('never lets a value add a word', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (artifact, model) => {
      expect(
        fillCommand('serve {artifact} {model} --port {port}', { ...values, artifact, model }),
      ).toHaveLength(5);
    }),
  );
});
