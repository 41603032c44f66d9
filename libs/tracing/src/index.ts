export * from './attributes.ts';
export * from './open-tracing.ts';
export * from './rate-bound.ts';
export * from './trace-context.ts';
export * from './tracing.ts';
