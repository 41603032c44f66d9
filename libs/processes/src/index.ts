export * from './end-process.ts';
export * from './free-port.ts';
export * from './process-identity.ts';
