export * from './artifact-reader.ts';
export * from './artifact-store.ts';
