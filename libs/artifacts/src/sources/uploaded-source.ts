import { createReadStream } from 'node:fs';
import { UPLOADED } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import type { ArtifactSource } from '../artifact-source.ts';
import type { ArtifactStore } from '../artifact-store.ts';

/** `artifact:sha256:…`: what was uploaded here. */
export function uploadedSource(store: ArtifactStore): ArtifactSource {
  return {
    protocols: [UPLOADED],
    find: async (uri) => {
      const digest = new URL(uri).pathname.split('/')[0] ?? '';
      const length = await store.size(digest);
      if (length === null)
        throw new DomainError(
          'invalid',
          'artifact_not_uploaded',
          `Nothing with digest ${digest} was uploaded to the folder that this process reads. Upload it first (PUT /api/v1/artifacts/${digest}); every api and worker needs the same ARTIFACT_FOLDER.`,
          [{ pointer: '/artifact/digest', detail: 'not uploaded' }],
        );
      const open = async () => ({ source: createReadStream(store.pathOf(digest)), length, manner: '' });
      return { kind: 'file', open };
    },
  };
}
