export * from './judge-budget.ts';
export * from './judge-pairs.ts';
export * from './judge-prompt.ts';
export * from './ports.ts';
export * from './preference.ts';
export * from './records.ts';
