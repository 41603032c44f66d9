export * from './followed-files.ts';
export * from './key-pair.ts';
export * from './named-file.ts';
export * from './upstream-tls.ts';
