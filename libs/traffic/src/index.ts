export * from './arm.ts';
export * from './compare-outputs.ts';
export * from './json-path.ts';
export * from './kendall-tau.ts';
export * from './murmur3.ts';
export * from './output-spec.ts';
export * from './route.ts';
