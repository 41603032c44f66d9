export * from './event-sender.ts';
export * from './metric-source.ts';
export * from './model-caller.ts';
export * from './openai-embedder.ts';
export * from './openai-judge.ts';
export * from './outbound-fetch.ts';
export * from './serving-probe.ts';
export * from './prometheus-endpoint.ts';
