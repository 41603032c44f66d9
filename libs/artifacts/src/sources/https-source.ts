import type { ArtifactSource } from '../artifact-source.ts';
import { fetchArtifact } from './fetch-artifact.ts';

/** `https:`, and `http:` where the policy of addresses lets it: one file. @param ask asks where others say */
export const httpsSource = (ask: typeof fetch): ArtifactSource => ({
  protocols: ['https:', 'http:'],
  find: async (uri) => ({ kind: 'file', open: () => fetchArtifact(ask, new URL(uri)) }),
});
