import { readFile, stat } from 'node:fs/promises';
import { DomainError } from '#libs/kernel';
import type { DescribedArtifact, GoldenRequest } from '#libs/engine';
import type { FetchedStore } from '../fetched-store.ts';
import { MOST_EXAMPLE_BYTES, requestOfExample } from './mlflow-example.ts';
import { otherMethod, outputOfMlflow } from './mlflow-output.ts';
import { signatureOfMlflow } from './mlflow-signature.ts';
import { assertMlModelSize, type MlModel, readMlModel } from './read-mlmodel.ts';

const NAME = 'MLmodel';

/** The files of a folder that is kept here. */
interface Files {
  /** Where the copy of a file is; `null`: the folder has none of this name. */
  pathOf(name: string): string | null;
}

/**
 * What a folder says of itself by the file `MLmodel` in it. What cannot be read of it is said, and nothing else follows from it: the
 * files are what they are.
 * @returns `null`: it is no folder of MLflow's, or not kept here
 */
export async function describeFolder(store: FetchedStore, digest: string): Promise<DescribedArtifact | null> {
  const listed = (await store.manifest(digest)) ?? [];
  const files: Files = {
    pathOf: (name) => {
      const found = listed.find(({ path }) => path === name);
      return found ? store.pathOf(found.digest) : null;
    },
  };
  const path = files.pathOf(NAME);
  if (path === null) return null;
  try {
    assertMlModelSize((await stat(path)).size);
    return await describe(readMlModel(await readFile(path)), files);
  } catch (error) {
    const because = error instanceof DomainError ? error.detail : `MLmodel: ${(error as Error).message}`;
    return { signature: null, outputSpec: null, example: null, unread: [because] };
  }
}

async function describe(model: MlModel, files: Files): Promise<DescribedArtifact> {
  const unread = [...model.unread];
  const unlessUnread = async <T>(what: string, read: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      unread.push(`${what}: ${(error as Error).message}`);
      return null;
    }
  };
  const saysOutputs = otherMethod(model) === null;
  return {
    signature: await unlessUnread('its signature', () => signatureOfMlflow(model.signature, saysOutputs)),
    outputSpec: outputOfMlflow(model),
    example: await unlessUnread('its input example', () => exampleOf(model, files)),
    unread,
  };
}

/** The file that is a body already goes before the one that is the example alone. */
async function exampleOf({ example }: MlModel, files: Files): Promise<GoldenRequest | null> {
  const serving = example?.servingPath ? files.pathOf(example.servingPath) : null;
  const path = serving ?? (example?.path ? files.pathOf(example.path) : null);
  if (path === null) return null;
  if ((await stat(path)).size > MOST_EXAMPLE_BYTES)
    throw new Error(`it has more than ${MOST_EXAMPLE_BYTES} bytes, and is not sent`);
  return requestOfExample(await readFile(path, 'utf8'), serving !== null);
}
