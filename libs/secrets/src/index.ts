export * from './secret-box.ts';
export * from './secret-keys.ts';
