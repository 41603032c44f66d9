export * from './bernoulli-sequence.ts';
export * from './judge-quantiles.ts';
export * from './judge-rates.ts';
export * from './sketch.ts';
export * from './tally.ts';
export * from './verdict.ts';
