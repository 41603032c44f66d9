export * from './judge-primary.ts';
export * from './records.ts';
export * from './watch-primaries.ts';
