export * from './artifact-reader.ts';
export * from './artifact-source.ts';
export * from './artifact-store.ts';
export * from './fetched-store.ts';
export * from './open-artifact-reader.ts';
export { UploadedFolder } from './uploaded-files.ts';
