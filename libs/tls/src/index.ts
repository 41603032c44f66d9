export * from './key-pair.ts';
export * from './upstream-tls.ts';
