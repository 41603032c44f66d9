import { expect, it } from '@jest/globals';
import { NO_MLFLOW_FACTS } from '#libs/engine';
import { whyUnservable } from './process-deployer.ts';

const FILE = { uri: 'file:///m.onnx', digest: 'sha256:0' };
const version = (source: string | null, artifact: typeof FILE | null = null) => ({
  ...{ artifact, mlflow: { ...NO_MLFLOW_FACTS, source } },
});

it.each([
  ['no command', null, version(null, FILE), 'DEPLOYER_COMMAND is not set'],
  ['a file', 'serve {artifact} {port}', version(null, FILE), null],
  ['no file', 'serve {artifact} {port}', version('runs:/1/m'), 'no artifact with a digest'],
  ['a source', 'serve {source} {port}', version('runs:/1/m'), null],
  ["an artifact's URI is a source", 'serve {source} {port}', version(null, FILE), null],
  ['no source', 'serve {source} {port}', version(null), 'nothing says where its files are'],
  ['a registry needs nothing', 'serve models:/{model}/{version} {port}', version(null), null],
])('%s', (_what, command, of, why) => {
  const said = whyUnservable(of, command);
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
  // It is never said of a command that is set that it is not.
  if (command !== null) expect(said ?? '').not.toContain('is not set');
});
