export * from './artifacts.ts';
export * from './model-caller.ts';
export * from './serving-probe.ts';
