export * from './config.ts';
export { serverEnvironment } from './deployer-config.ts';
export { DEFAULT_SOURCE, type PrometheusSettings } from './metric-sources.ts';
export { secretsOf } from './secrets-of.ts';
