export * from './digest-folder.ts';
export * from './list-folder.ts';
export * from './manifest.ts';
export * from './path-rules.ts';
