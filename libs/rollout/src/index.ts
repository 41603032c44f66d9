export * from './decide.ts';
export * from './evidence.ts';
export * from './judge-gates.ts';
export * from './parse-policy.ts';
export * from './policy.ts';
export * from './states.ts';
