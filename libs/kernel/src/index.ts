export * from './assert-never.ts';
export * from './basis-points.ts';
export * from './bounded-json.ts';
export * from './canonical-json.ts';
export * from './clock.ts';
export * from './domain-error.ts';
export * from './duration.ts';
export * from './local-path.ts';
