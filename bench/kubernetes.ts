import { startBenchDatabase } from './database.ts';
import { printFigures } from './figure.ts';
import { decisionToObject } from './kubernetes/decision-to-object.ts';

/** `npm run bench -- kubernetes [models]`; needs the API server of the tests (`node test/support/kubernetes/build-api-server.mjs`) */
const MODELS = Number(process.argv[3] ?? 1_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const postgres = await startBenchDatabase();
try {
  say(
    `kubernetes: ${MODELS} models with an HTTPRoute each; api, worker, router, kube-apiserver and etcd on this machine`,
  );
  printFigures(await decisionToObject(MODELS, say), say);
} finally {
  await postgres.destroy();
}
