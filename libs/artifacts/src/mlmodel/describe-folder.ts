import { readFile, stat } from 'node:fs/promises';
import { DomainError } from '#libs/kernel';
import type { DescribedArtifact } from '#libs/engine';
import type { FetchedStore } from '../fetched-store.ts';
import { otherMethod, outputOfMlflow } from './mlflow-output.ts';
import { signatureOfMlflow } from './mlflow-signature.ts';
import { assertMlModelSize, type MlModel, readMlModel } from './read-mlmodel.ts';

const NAME = 'MLmodel';

/**
 * What a folder says of itself by the file `MLmodel` in it. What cannot be read of it is said, and nothing else follows from it: the
 * files are what they are.
 * @returns `null`: it is no folder of MLflow's, or not kept here
 */
export async function describeFolder(store: FetchedStore, digest: string): Promise<DescribedArtifact | null> {
  const file = (await store.manifest(digest))?.find(({ path }) => path === NAME);
  if (!file) return null;
  try {
    const path = store.pathOf(file.digest);
    assertMlModelSize((await stat(path)).size);
    return describe(readMlModel(await readFile(path)));
  } catch (error) {
    const because = error instanceof DomainError ? error.detail : `MLmodel: ${(error as Error).message}`;
    return { signature: null, outputSpec: null, unread: [because] };
  }
}

function describe(model: MlModel): DescribedArtifact {
  const unread = [...model.unread];
  try {
    return {
      signature: signatureOfMlflow(model.signature, otherMethod(model) === null),
      outputSpec: outputOfMlflow(model),
      unread,
    };
  } catch (error) {
    return {
      signature: null,
      outputSpec: outputOfMlflow(model),
      unread: [...unread, (error as Error).message],
    };
  }
}
