export * from './after-silence.ts';
