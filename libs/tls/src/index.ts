export * from './key-pair.ts';
export * from './key-pair-watch.ts';
export * from './named-file.ts';
export * from './upstream-tls.ts';
