export * from './artifact-reader.ts';
export * from './artifact-store.ts';
export { UploadedFolder } from './uploaded-files.ts';
