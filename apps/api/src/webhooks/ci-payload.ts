export { readGitHub } from './github-payload.ts';
export { readGitLab } from './gitlab-payload.ts';
export type { ReadDelivery } from './payload-fields.ts';
