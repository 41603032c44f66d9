export * from './artifacts.ts';
export * from './serving-probe.ts';
