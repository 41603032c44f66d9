export * from './act-on-group.ts';
export * from './cross-together.ts';
export * from './crossing.ts';
export * from './group-actions.ts';
export * from './ports.ts';
export * from './probes-of-group.ts';
export * from './records.ts';
export * from './start-group.ts';
